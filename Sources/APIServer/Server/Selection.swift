import Foundations
import Networking
import Resources
import Store

/// Which objects of a collection a list, watch or deletecollection means.
struct Selection: Sendable {
  let labels: LabelSelector
  let fields: FieldSelector
  let name: String?
  private let type: ResourceType
  /// Whose version the fields are named in; `nil` where the kind has but one.
  private let collection: Collection?

  /// - Throws: 400 where a selector cannot be read or names a field the kind does not offer.
  init(_ call: APICall) throws(APIError) {
    try self.init(
      call.type, call.served.collection, labels: call.query["labelSelector"] ?? "",
      fields: call.query["fieldSelector"] ?? "", name: call.path.name)
  }

  init(_ collection: Collection, _ options: ListOptions) throws(APIError) {
    try self.init(
      collection.resource, collection, labels: options.labelSelector,
      fields: options.fieldSelector, name: nil)
  }

  private init(
    _ type: ResourceType, _ collection: Collection?, labels: String, fields: String, name: String?
  ) throws(APIError) {
    self.type = type
    self.collection = collection?.versions == nil ? nil : collection
    self.name = name
    do throws(LabelSelector.ParsingError) {
      self.labels = try LabelSelector(parsing: labels)
    } catch {
      throw .badRequest("unable to parse requirement: \(error)")
    }
    do throws(FieldSelector.ParsingError) {
      self.fields = try FieldSelector(parsing: fields)
    } catch {
      throw .badRequest("\(error)")
    }
    let known = SelectableFields.of(type).union(collection?.rules.selectableFields ?? [])
    for requirement in self.fields.requirements where !known.contains(requirement.field) {
      throw .badRequest(
        "field label not supported: \(requirement.field); \(type) can be selected by "
          + known.sorted().joined(separator: ", "))
    }
  }

  /// The part of the collection that can match, for the cache to narrow its work.
  func scope(namespace: String?) -> WatchScope {
    if let singleName, type.isNamespaced == (namespace != nil) {
      return .object(namespace: namespace ?? "", name: singleName)
    }
    // What the cache of pods is indexed by: a node agent is not asked about other nodes' pods.
    if type == .pods, namespace == nil, let node = fields.requiredValue(of: "spec.nodeName"),
      !node.isEmpty
    {
      return .index(node)
    }
    return namespace.map { .namespace($0) } ?? .all
  }

  var isEverything: Bool { labels.isEmpty && fields.requirements.isEmpty && name == nil }

  /// The one name that can match, where the selection names it.
  var singleName: String? { name ?? fields.requiredValue(of: "metadata.name") }

  /// The test for each object; `nil` where every one is meant.
  var predicate: (@Sendable (CachedObject) -> Bool)? {
    if isEverything { return nil }
    return { matches($0) }
  }

  /// As `predicate`, of `mayMatch`.
  var knownPredicate: (@Sendable (CachedObject) -> Bool)? {
    if isEverything { return nil }
    return { mayMatch($0) }
  }

  /// The same test for the objects of one cache, one behind the other: what it found of an object's
  /// labels holds for those behind it that have the same.
  func sweep() -> ((CachedObject) -> Bool)? {
    guard !labels.isEmpty else { return predicate }
    var labelSet: UInt64 = 0
    var isSelected = false
    return { object in
      if object.labelSet == 0 || object.labelSet != labelSet {
        labelSet = object.labelSet
        isSelected = matchesLabels(object)
      }
      return isSelected && matchesOtherwise(object)
    }
  }

  /// Whether anything but an object's name and place is selected by.
  var looksInside: Bool {
    fields.requirements.contains {
      $0.field != "metadata.name" && $0.field != "metadata.namespace"
    }
  }

  /// What can be told of an object without looking into it: it may be of another version. Labels are
  /// those of the stored object.
  func mayMatch(_ object: CachedObject) -> Bool {
    matchesLabels(object) && (name ?? object.name) == object.name
  }

  func matches(_ object: CachedObject) -> Bool { matchesLabels(object) && matchesOtherwise(object) }

  private func matchesLabels(_ object: CachedObject) -> Bool {
    labels.isEmpty || labels.matches(valueOf: object.label)
  }

  private func matchesOtherwise(_ object: CachedObject) -> Bool {
    if let name, name != object.name { return false }
    if fields.requirements.isEmpty { return true }
    let object = looksInside ? collection?.shown(object) ?? object : object
    for requirement in fields.requirements {
      let value = SelectableFields.value(of: requirement.field, in: object)
      guard requirement.matches(value) else { return false }
    }
    return true
  }
}

/// The fields that a field selector may name, per kind.
/// Source: Kubernetes documentation, "Field Selectors", "List of supported fields".
enum SelectableFields {
  private static let perResource: [String: [String: [String]]] = [
    "pods": paths(
      "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
      "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"),
    "events": paths(
      "involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
      "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
      "involvedObject.fieldPath", "reason", "reportingComponent", "type"
    ).merging(["source": ["source", "component"]]) { $1 },
    "events.events.k8s.io": paths(
      "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid",
      "regarding.apiVersion", "regarding.resourceVersion", "regarding.fieldPath", "reason",
      "reportingController", "type"),
    "secrets": paths("type"),
    "namespaces": paths("status.phase"),
    "nodes": paths("spec.unschedulable"),
    "services": paths("spec.clusterIP", "spec.type"),
    "replicationcontrollers": paths("status.replicas"),
    "replicasets.apps": paths("status.replicas"),
    "jobs.batch": paths("status.successful"),
    "certificatesigningrequests.certificates.k8s.io": paths("spec.signerName"),
    "resourceslices.resource.k8s.io": paths("spec.nodeName", "spec.driver"),
  ]

  private static func paths(_ names: String...) -> [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: names.map { ($0, $0.split(separator: ".").map(String.init)) })
  }

  static func of(_ type: ResourceType) -> Set<String> {
    var names = Set(perResource[type.description]?.keys.map(\.self) ?? [])
    names.insert("metadata.name")
    if type.isNamespaced { names.insert("metadata.namespace") }
    return names
  }

  /// A field's value as selectors compare it: text; absent is empty, or `false` for booleans.
  static func value(of field: String, in object: CachedObject) -> String {
    switch field {
    case "metadata.name": return object.name
    case "metadata.namespace": return object.namespace
    default: break
    }
    if field == "source" { return eventSource(object.document) }
    let path = field.split(separator: ".").map(String.init)
    guard let value = object.document.value(at: path) else {
      return field == "spec.hostNetwork" || field == "spec.unschedulable" ? "false" : ""
    }
    return value.string ?? value.jsonText
  }

  /// Who tells of an event, by whichever of the two names it was written with.
  private static func eventSource(_ event: Document) -> String {
    let component = event[path: "source", "component"]?.string ?? ""
    return component.isEmpty ? event["reportingComponent"]?.string ?? "" : component
  }
}
