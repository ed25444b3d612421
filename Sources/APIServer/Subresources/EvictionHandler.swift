import Foundations
import Networking
import Resources
import Store

/// `pods/NAME/eviction`: a delete that respects disruption budgets.
struct EvictionHandler: ResourceHandler {
  let codec: RequestCodec
  let now: @Sendable () -> Timestamp
  let budgets: Collection
  let restriction: NodeRestriction

  /// How often a pod that changed meanwhile is looked at again.
  private static let attemptsMax = 10

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    var warnings: [String] = []
    let kind = GroupVersionKind(group: "policy", version: "v1", kind: "Eviction")
    let eviction = try codec.object(of: call, kind: kind, warnings: &warnings)
    let name = try call.name()
    if let named = eviction[path: "metadata", "name"]?.string, !named.isEmpty, named != name {
      throw .badRequest("name in URL does not match name in Eviction object")
    }
    try restriction.requireOwn(name, namespace: call.namespace ?? "", for: call.user)
    let options = try DeleteOptionsWithDryRun(eviction["deleteOptions"] ?? .emptyObject)
    var context = try call.writeContext()
    if options.isDryRun { context.isDryRun = true }
    let errand = try call.creation(eviction, of: kind)
    let asked = context
    // Webhooks hear of the eviction, not of the steps that it takes.
    context.skipsWebhooks = true
    let run = EvictionRun(
      pods: try call.collection(), budgets: budgets, namespace: call.namespace, name: name,
      options: options.options, context: context, now: now)
    try run.pods.askWebhooks(
      errand, asked, failed: { responder.send($0, for: call.request) },
      then: { () throws(APIError) in
        run.start(attemptsLeft: Self.attemptsMax) { result in
          switch result {
          case .failure(let error): responder.send(error, for: call.request)
          case .success: responder.sendSuccess(status: 201)
          }
        }
      })
  }
}

/// One eviction under way: the budget is spent, the pod is told, the pod is deleted.
private struct EvictionRun: Sendable {
  let pods: Collection
  let budgets: Collection
  let namespace: String?
  let name: String
  let options: DeleteOptions
  let context: Collection.WriteContext
  let now: @Sendable () -> Timestamp

  typealias Completion = @Sendable (Result<Void, APIError>) -> Void

  func start(attemptsLeft: Int, _ completion: @escaping Completion) {
    guard let pod = pods.current(namespace, name).map({ Pod($0.document) }) else {
      return completion(.failure(.notFound(.pods, name)))
    }
    let known = budgets.cache.read().objects(in: namespace).map { PodDisruptionBudget($0.document) }
    let version = pod.metadata.resourceVersion
    switch EvictionVerdict(pod, budgets: known) {
    case .ambiguous: completion(.failure(EvictionVerdict.severalBudgets))
    case .uncovered: delete(options, completion)
    case .spends(let budget):
      spend(budget) { result in
        if case .failure(let error) = result { return completion(.failure(error)) }
        delete(options, completion)
      }
    case .unhealthy(let budget):
      delete(tied(to: version)) { result in
        if case .failure(let error) = result, isOwnTie(error) {
          return completion(.failure(.stillProcessed(budget: budget)))
        }
        completion(result)
      }
    case .costsNothing(let isTied):
      delete(isTied ? tied(to: version) : options) { result in
        if case .failure(let error) = result, isTied, isOwnTie(error), attemptsLeft > 1 {
          return start(attemptsLeft: attemptsLeft - 1, completion)
        }
        completion(result)
      }
    }
  }

  /// The client's own wish for a version comes before ours.
  private func tied(to version: String?) -> DeleteOptions {
    var tied = options
    tied.resourceVersion = options.resourceVersion ?? version
    return tied
  }

  private func isOwnTie(_ error: APIError) -> Bool {
    error.reason == .conflict && options.resourceVersion == nil
  }

  /// Spends one disruption. Of evictions at the same time each sees what the others left.
  private func spend(_ budget: String, _ completion: @escaping Completion) {
    budgets.update(
      namespace: namespace, name: budget, subresource: "status", context,
      change: { (found: Document) throws(APIError) in
        var spent = try PodDisruptionBudget(found).spent(on: name, now: now())
        spent.metadata.resourceVersion = nil  // whatever version it is by now
        return spent.document
      }, completion: { completion($0.map { _ in }) })
  }

  private func delete(_ options: DeleteOptions, _ completion: @escaping Completion) {
    if context.isDryRun { return remove(options, completion) }
    let moment = now().description
    pods.update(
      namespace: namespace, name: name, subresource: "status", context,
      change: { (pod: Document) throws(APIError) in
        try require(options, of: pod)
        var marked = EvictionHandler.marked(pod, at: moment)
        marked.set(nil, at: ["metadata", "resourceVersion"])
        return marked
      },
      completion: { result in
        switch result {
        case .failure(let error): completion(.failure(error))
        case .success(let outcome):
          var options = options
          if options.resourceVersion != nil {
            options.resourceVersion =
              outcome.document[path: "metadata", "resourceVersion"]?.string
          }
          remove(options, completion)
        }
      })
  }

  private func require(_ options: DeleteOptions, of pod: Document) throws(APIError) {
    let metadata = Pod(pod).metadata
    if let uid = options.uid, !uid.isEmpty, uid != metadata.uid {
      throw .conflict(
        .pods, name,
        "the UID in the precondition (\(uid)) does not match the UID in record "
          + "(\(metadata.uid ?? "")). The object might have been deleted and then recreated")
    }
    if let version = options.resourceVersion, !version.isEmpty, version != metadata.resourceVersion
    {
      throw .conflict(
        .pods, name,
        "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion "
          + "in record (\(metadata.resourceVersion ?? "")). The object might have been modified")
    }
  }

  private func remove(_ options: DeleteOptions, _ completion: @escaping Completion) {
    pods.delete(namespace: namespace, name: name, options: options, context) {
      completion($0.map { _ in })
    }
  }
}

extension EvictionHandler {
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
}
