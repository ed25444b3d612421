import Diagnosis
import Foundations
import Resources
import Testing

/// The moment at which tests look. What they say happened "long ago" is more than a day before.
let now = Timestamp(seconds: 1_800_000_000)

/// Texts for times: `ago(30)` is half a minute before `now`.
func ago(_ seconds: Int) -> String { now.advanced(by: .seconds(-seconds)).description }

let longAgo = ago(100_000)

/// A picture of some objects, each in JSON with its `kind`. Names and namespaces that they lack are
/// `x` and `n`; what has no creation time is old.
func picture(
  _ objects: String..., secretKeys: [ObjectKey: [String]] = [:],
  lastWords: [ClusterPicture.ContainerReference: String] = [:],
  unread: [ResourceType: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
) throws -> ClusterPicture {
  var lists: [ResourceType: [Document]] = [:]
  for text in objects {
    var object = try Document(json: text)
    let kind = object["kind"]?.string
    let resource = try #require(
      ClusterPicture.kinds.first { $0.kind == kind }, "\(text)", sourceLocation: sourceLocation)
    var metadata = object["metadata"] ?? .emptyObject
    if metadata["name"] == nil { metadata["name"] = "x" }
    if resource.isNamespaced && metadata["namespace"] == nil { metadata["namespace"] = "n" }
    if metadata["creationTimestamp"] == nil { metadata["creationTimestamp"] = Document(longAgo) }
    object["metadata"] = metadata
    lists[resource, default: []].append(object)
  }
  // A cluster without a node has a finding of its own, which most tests are not about.
  if lists[.nodes] == nil {
    lists[.nodes] = [try Document(json: Sample.node())]
  }
  return ClusterPicture(
    lists, secretKeys: secretKeys, lastWords: lastWords, unread: unread, now: now)
}

/// Objects with which nothing is wrong, and room for what a test changes.
enum Sample {
  static func node(
    _ name: String = "w", conditions: String = #"{"type":"Ready","status":"True"}"#,
    spec: String = "{}", labels: String = "{}"
  ) -> String {
    #"""
    {"kind":"Node","metadata":{"name":"\#(name)","labels":\#(labels)},"spec":\#(spec),
     "status":{"conditions":[\#(conditions)],
      "allocatable":{"cpu":"2","memory":"4Gi","pods":"110"},
      "nodeInfo":{"kubeletVersion":"v1.36.0"}}}
    """#
  }

  /// A pod of the ReplicaSet `web-1` of the Deployment `web`, with a container `c`.
  static func pod(
    _ name: String = "web-1-a", state: String, last: String = "{}", restarts: Int = 0,
    spec: String = #""nodeName":"w""#, container: String = "", labels: String = #"{"app":"web"}"#,
    owner: String = #"{"kind":"ReplicaSet","name":"web-1","uid":"r","controller":true}"#,
    status: String = #""phase":"Pending""#
  ) -> String {
    let more = container.isEmpty ? "" : "," + container
    return #"""
      {"kind":"Pod","metadata":{"name":"\#(name)","labels":\#(labels),"ownerReferences":[\#(owner)]},
       "spec":{"containers":[{"name":"c","image":"i:1"\#(more)}],\#(spec)},
       "status":{\#(status),"startTime":"\#(longAgo)","containerStatuses":[
        {"name":"c","image":"i:1","ready":false,"restartCount":\#(restarts),
         "state":\#(state),"lastState":\#(last)}]}}
      """#
  }

  static func waiting(_ reason: String, _ message: String = "") -> String {
    #"{"waiting":{"reason":"\#(reason)","message":"\#(message)"}}"#
  }

  static let replicaSet =
    #"{"kind":"ReplicaSet","metadata":{"name":"web-1","ownerReferences":[{"kind":"Deployment","name":"web","uid":"d","controller":true}]},"spec":{"replicas":1}}"#

  static let readyPod =
    #"""
    {"kind":"Pod","metadata":{"name":"ready","labels":{"app":"web"}},
     "spec":{"nodeName":"w","containers":[{"name":"c","image":"i:1","ports":[{"name":"http","containerPort":80}]}]},
     "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],
      "containerStatuses":[{"name":"c","image":"i:1","ready":true,"restartCount":0,
       "state":{"running":{"startedAt":"\#(longAgo)"}}}]}}
    """#

  /// A warning about an object of namespace `n`.
  static func event(
    _ kind: String, _ name: String, _ message: String, at time: String = longAgo,
    reason: String = "Failed"
  ) -> String {
    #"""
    {"kind":"Event","metadata":{"name":"\#(name).\#(time)"},"type":"Warning","reason":"\#(reason)",
     "involvedObject":{"kind":"\#(kind)","namespace":"n","name":"\#(name)"},
     "message":"\#(message)","lastTimestamp":"\#(time)"}
    """#
  }
}

/// The only finding of a picture.
func only(_ picture: ClusterPicture, sourceLocation: SourceLocation = #_sourceLocation) throws
  -> Finding
{
  let found = Diagnosis.findings(in: picture)
  #expect(found.count == 1, "\(found)", sourceLocation: sourceLocation)
  return try #require(found.first, sourceLocation: sourceLocation)
}
