import Foundations
import Networking
import Resources

/// `pods/NAME/binding`: gives a pod its node. A pod that has one is not moved: 409.
struct BindingHandler: ResourceHandler {
  let codec: RequestCodec
  let now: @Sendable () -> Timestamp

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    var warnings: [String] = []
    let binding = try codec.object(of: call, kind: Self.kind, warnings: &warnings)
    guard try binding[path: "metadata", "name"]?.string == call.name() else {
      throw .badRequest("name in URL does not match name in Binding object")
    }
    bind(
      try call.name(), namespace: call.namespace, binding, in: try call.collection(),
      try call.writeContext()
    ) { result in
      switch result {
      case .failure(let error): responder.send(error, for: call.request)
      case .success: responder.sendSuccess(status: 201)
      }
    }
  }

  private static let kind = GroupVersionKind(group: "", version: "v1", kind: "Binding")

  /// Gives the pod its node, unless a webhook refuses it.
  func bind(
    _ name: String, namespace: String?, _ binding: Document, in collection: Collection,
    _ context: Collection.WriteContext, completion: @escaping Collection.Completion
  ) {
    let errand = Collection.Errand(
      operation: .create, namespace: namespace, name: name, subresource: "binding",
      object: binding, kind: Self.kind)
    var quiet = context
    quiet.skipsWebhooks = true
    do throws(APIError) {
      try collection.askWebhooks(
        errand, context, failed: { completion(.failure($0)) },
        then: { [quiet] () throws(APIError) in
          write(name, namespace: namespace, binding, in: collection, quiet, completion: completion)
        })
    } catch {
      completion(.failure(error))
    }
  }

  private func write(
    _ name: String, namespace: String?, _ binding: Document, in collection: Collection,
    _ context: Collection.WriteContext, completion: @escaping Collection.Completion
  ) {
    guard let node = binding[path: "target", "name"]?.string, !node.isEmpty else {
      return completion(
        .failure(.badRequest("target.name of the binding is empty; it must name a node")))
    }
    let annotations = binding[path: "metadata", "annotations"]
    let now = now().description
    collection.update(
      namespace: namespace, name: name, subresource: "binding", context,
      change: { (pod: Document) throws(APIError) in
        if let uid = binding[path: "metadata", "uid"]?.string, !uid.isEmpty,
          uid != pod[path: "metadata", "uid"]?.string
        {
          throw .conflict(collection.resource, name, "the pod has another uid than the binding")
        }
        if pod[path: "metadata", "deletionTimestamp"] != nil {
          throw .conflict(
            collection.resource, name, "pod \(name) is being deleted, cannot be assigned to a host")
        }
        if let current = pod[path: "spec", "nodeName"]?.string, !current.isEmpty {
          throw .conflict(
            collection.resource, name, "pod \(name) is already assigned to node \"\(current)\"")
        }
        return Self.bound(pod, to: node, annotations, now)
      }, completion: completion)
  }

  private static func bound(
    _ pod: Document, to node: String, _ annotations: Document?, _ now: String
  ) -> Document {
    var pod = pod
    pod.set(Document(node), at: ["spec", "nodeName"])
    for (name, value) in annotations?.members.map({ $0 }) ?? [] {
      pod.set(value, at: ["metadata", "annotations", name])
    }
    var conditions =
      pod[path: "status", "conditions"]?.elements.filter {
        $0["type"]?.string != "PodScheduled"
      } ?? []
    conditions.append([
      "type": "PodScheduled", "status": "True", "lastProbeTime": .null,
      "lastTransitionTime": Document(now),
      "observedGeneration": pod[path: "metadata", "generation"] ?? .null,
    ])
    pod.set(Document(conditions), at: ["status", "conditions"])
    return pod
  }
}
