import Foundations
import Networking
import Resources
import Store

/// `scale`: the number of replicas of any kind that has them, as one kind for all (`autoscaling/v1`).
struct ScaleHandler: ResourceHandler {
  let codec: RequestCodec
  /// Where a custom resource keeps its numbers; `nil` for the built-in kinds' own places.
  var paths: CustomVersion.ScalePaths?

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    let name = try call.name()
    let collection = try call.collection()
    let answer = try ObjectAnswer(call, responder)
    switch call.verb {
    case .get:
      collection.read(namespace: call.namespace, name: name) { result in
        answer.send(result.map { .unstored(scale(of: $0.document)) })
      }
    case .update:
      var warnings: [String] = []
      let scale = try codec.object(of: call, kind: Self.kind, warnings: &warnings)
      write(call, collection, name, answer) { (_: Document) throws(APIError) in scale }
    case .patch:
      if RequestedApply.isWanted(by: call) { return try apply(call, collection, name, answer) }
      let patch = try codec.patch(of: call, kind: Self.kind)
      let warnings = answer.told
      write(call, collection, name, answer) { (current: Document) throws(APIError) in
        try patch.applied(to: current, warnings)
      }
    default: throw .wrongMethod
    }
  }

  private static let type = ResourceType(
    group: "autoscaling", version: "v1", plural: "scales", kind: "Scale", isNamespaced: true)
  private static let kind = GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale")

  private var view: AdmissionView {
    AdmissionView(
      subresource: "scale", kind: Self.kind, shown: { self.scale(of: $0) },
      merged: { object, scale in
        var object = object
        object.set(
          scale[path: "spec", "replicas"] ?? 0, at: paths?.specReplicas ?? ["spec", "replicas"])
        return object
      })
  }

  private func write(
    _ call: APICall, _ collection: Collection, _ name: String, _ answer: ObjectAnswer,
    _ change: @escaping @Sendable (Document) throws(APIError) -> Document
  ) {
    var context: Collection.WriteContext
    do throws(APIError) {
      context = try call.writeContext()
      context.trackedSubresource = "scale"
      context.view = view
      context.warnings = answer.told
    } catch {
      return answer.send(.failure(error))
    }
    collection.update(
      namespace: call.namespace, name: name, context,
      change: { (old: Document) throws(APIError) in
        let scale = try change(self.scale(of: old))
        guard let replicas = scale[path: "spec", "replicas"]?.integer ?? Optional(0), replicas >= 0
        else {
          let problem = FieldError.invalid(
            "spec.replicas", scale[path: "spec", "replicas"],
            "must be greater than or equal to 0")
          throw APIError.invalid(Self.type, name, [problem.cause])
        }
        var new = old
        new.set(Document(replicas), at: paths?.specReplicas ?? ["spec", "replicas"])
        new.set(scale[path: "metadata", "resourceVersion"], at: ["metadata", "resourceVersion"])
        return new
      },
      completion: { result in
        answer.send(result.map { .unstored(scale(of: $0.document)) })
      })
  }

  /// The number of replicas is applied to the object itself, in the name of `scale`.
  private func apply(
    _ call: APICall, _ collection: Collection, _ name: String, _ answer: ObjectAnswer
  ) throws(APIError) {
    let apply = try RequestedApply(call, kind: Self.kind)
    var context = apply.context
    context.trackedSubresource = "scale"
    context.view = view
    context.warnings = answer.told
    if collection.cache.object(namespace: call.namespace ?? "", name: name) == nil {
      throw .notFound(collection.resource, name)
    }
    var configuration: Document = [
      "apiVersion": Document(collection.resource.apiVersion),
      "kind": Document(collection.resource.kind), "metadata": ["name": Document(name)],
    ]
    if let replicas = apply.configuration[path: "spec", "replicas"] {
      configuration.set(replicas, at: paths?.specReplicas ?? ["spec", "replicas"])
    }
    collection.apply(
      namespace: call.namespace, name: name, configuration, isForced: apply.isForced, context
    ) { result in
      answer.send(result.map { .unstored(scale(of: $0.document)) })
    }
  }

  /// The `Scale` that stands for an object.
  func scale(of object: Document) -> Document {
    var metadata = Document.emptyObject
    for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
      metadata[field] = object[path: "metadata", field]
    }
    var spec = Document.emptyObject
    let wanted = object.value(at: paths?.specReplicas ?? ["spec", "replicas"])
    if let replicas = wanted, replicas.integer != 0 {
      spec["replicas"] = replicas
    }
    let found = object.value(at: paths?.statusReplicas ?? ["status", "replicas"])
    var status: Document = ["replicas": found ?? 0]
    if let paths {
      status["selector"] = paths.labelSelector.flatMap { object.value(at: $0) }
    } else if let selector = object[path: "spec", "selector"] {
      status["selector"] = Document(Self.selectorText(selector))
    }
    return [
      "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec,
      "status": status,
    ]
  }

  /// A selector object as text. A ReplicationController's has bare labels.
  private static func selectorText(_ selector: Document) -> String {
    let isStructured = selector["matchLabels"] != nil || selector["matchExpressions"] != nil
    let labels = isStructured ? selector["matchLabels"] : selector
    var parts = (labels?.members.map { "\($0.name)=\($0.value.string ?? "")" } ?? []).sorted()
    for expression in selector["matchExpressions"]?.elements.map({ $0 }) ?? [] {
      let key = expression["key"]?.string ?? ""
      let values = expression["values"]?.elements.compactMap(\.string).sorted().joined(
        separator: ",")
      switch expression["operator"]?.string {
      case "In": parts.append("\(key) in (\(values ?? ""))")
      case "NotIn": parts.append("\(key) notin (\(values ?? ""))")
      case "Exists": parts.append(key)
      case "DoesNotExist": parts.append("!\(key)")
      default: break
      }
    }
    return parts.joined(separator: ",")
  }
}
