import Foundations
import Networking
import Resources
import Store

/// `pods/NAME/eviction`: a delete that respects disruption budgets.
struct EvictionHandler: ResourceHandler {
  let codec: RequestCodec
  let now: @Sendable () -> Timestamp
  /// The budgets of a namespace, as they stand.
  let budgets: @Sendable (_ namespace: String) -> [Document]

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    var warnings: [String] = []
    let kind = GroupVersionKind(group: "policy", version: "v1", kind: "Eviction")
    let eviction = try codec.object(of: call, kind: kind, warnings: &warnings)
    let name = try call.name()
    let collection = try call.collection()
    let pod = try collection.get(namespace: call.namespace, name: name).document
    try requireBudget(for: pod, in: call.namespace ?? "")
    var context = try call.writeContext()
    let options = try DeleteOptionsWithDryRun(eviction["deleteOptions"] ?? .emptyObject)
    if options.isDryRun { context.isDryRun = true }
    let write = context
    let moment = now().description
    collection.update(
      namespace: call.namespace, name: name, subresource: "status", write,
      change: { (pod: Document) throws(APIError) in Self.marked(pod, at: moment) },
      completion: { result in
        if case .failure(let error) = result { return responder.send(error, for: call.request) }
        collection.delete(
          namespace: call.namespace, name: name, options: options.options, write
        ) { result in
          switch result {
          case .failure(let error): responder.send(error, for: call.request)
          case .success: responder.sendSuccess(status: 201)
          }
        }
      })
  }

  /// The pod with the reason of its end, which the controllers of jobs look at.
  /// Source: Kubernetes documentation, "Disruptions", "Pod disruption conditions".
  static func marked(_ pod: Document, at moment: String) -> Document {
    let type = "DisruptionTarget"
    var conditions = pod[path: "status", "conditions"]?.elements.map { $0 } ?? []
    if conditions.contains(where: { $0["type"]?.string == type && $0["status"]?.string == "True" })
    {
      return pod
    }
    conditions.removeAll { $0["type"]?.string == type }
    conditions.append([
      "type": Document(type), "status": "True", "reason": "EvictionByEvictionAPI",
      "message": "Eviction API: evicting", "lastTransitionTime": Document(moment),
    ])
    var marked = pod
    marked.set(Document(conditions), at: ["status", "conditions"])
    return marked
  }

  /// - Throws: 429 where a budget that covers the pod allows no disruption now. A pod that is not
  ///   running or has finished takes nothing from a budget.
  private func requireBudget(for pod: Document, in namespace: String) throws(APIError) {
    let phase = pod[path: "status", "phase"]?.string
    if phase == "Pending" || phase == "Succeeded" || phase == "Failed"
      || pod[path: "metadata", "deletionTimestamp"] != nil
    {
      return
    }
    let labels = pod[path: "metadata", "labels"].flatMap([String: String].init(value:)) ?? [:]
    for budget in budgets(namespace) {
      guard let selector = budget[path: "spec", "selector"],
        let parsed = try? LabelSelector(selectorObject: selector), parsed.matches(labels)
      else { continue }
      if (budget[path: "status", "disruptionsAllowed"]?.integer ?? 0) > 0 { continue }
      let name = budget[path: "metadata", "name"]?.string ?? ""
      var error = APIError(
        code: 429, reason: .tooManyRequests,
        message: "Cannot evict pod as it would violate the pod's disruption budget.")
      error.details.causes = [
        APIError.Cause(
          reason: "DisruptionBudget",
          message:
            "The disruption budget \(name) needs \(budget[path: "status", "desiredHealthy"]?.integer ?? 0) "
            + "healthy pods and has \(budget[path: "status", "currentHealthy"]?.integer ?? 0) currently",
          field: "")
      ]
      throw error
    }
  }
}
