import Logging
import Resources
import Store

/// The webhooks of the cluster, asked about writes over the network, and the mutating policies, whose
/// turn comes right before that of the mutating webhooks.
///
/// Whether any is to be asked is decided at once and from memory, so that a write that none wants to
/// hear of costs no more than looking. Those that are asked are awaited, each at most as long as it
/// allows itself, and all together at most `timeMax`.
/// Source: Kubernetes documentation, "Dynamic Admission Control".
package final class AdmissionWebhooks: Sendable {
  /// Source: upstream's `requestTimeoutUpperBound` of writes.
  private static let timeMax = Duration.seconds(34)

  private let mutating: WebhookSource
  private let validating: WebhookSource
  private let caller: WebhookCaller
  /// How the webhooks answered, for monitoring.
  var tally: WebhookTally { caller.tally }
  private let namespaceLabels: @Sendable (String) -> Document?
  private let authorizer: any Authorizer
  /// `nil` where none are served.
  private let policies: MutatingPolicies?

  /// - Parameters:
  ///   - namespace: reads a namespace.
  init(
    mutating: WatchCache, validating: WatchCache, clients: WebhookClients,
    authorizer: any Authorizer, policies: MutatingPolicies?,
    namespace: @escaping @Sendable (String) -> Document?, logger: Logger
  ) {
    self.mutating = WebhookSource(mutating)
    self.validating = WebhookSource(validating)
    caller = WebhookCaller(clients: clients, logger: logger)
    self.authorizer = authorizer
    self.policies = policies
    namespaceLabels = { name in
      namespace(name).map { $0[path: "metadata", "labels"] ?? .emptyObject }
    }
  }

  private func match(_ write: AdmissionWrite) -> WebhookMatch {
    WebhookMatch(write: write, authorizer: authorizer, namespaceLabels: namespaceLabels)
  }

  // MARK: Mutating

  /// - Returns: the mutating webhooks, where at least one is to be asked about the object as it is.
  private func mutating(_ object: Document?, _ write: AdmissionWrite) throws(APIError) -> [Webhook]?
  {
    let hooks = try mutating.webhooks()
    if hooks.isEmpty || WebhookMatch.isExempt(write.resource) { return nil }
    let match = match(write)
    for hook in hooks where try match.wants(hook, object) { return hooks }
    return nil
  }

  /// Who wants to change an object.
  struct Mutators: Sendable {
    /// As those who are asked see them.
    let object: Document
    let write: AdmissionWrite
    fileprivate let policies: PolicyRound?
    /// Not known yet where policies come first.
    fileprivate let hooks: [Webhook]?
  }

  /// - Returns: `nil` where nobody wants to change the object as it is.
  func mutators(of object: Document, _ write: AdmissionWrite) throws(APIError) -> Mutators? {
    let round = try policies?.round(object, write)
    let hooks = round == nil ? try mutating(object, write) : nil
    if round == nil && hooks == nil { return nil }
    return Mutators(object: object, write: write, policies: round, hooks: hooks)
  }

  /// How a write takes what policies and webhooks make of its object.
  struct Completion: Sendable {
    /// Makes an object of the kind out of a patched one: 500 where it is none.
    let complete:
      @Sendable (_ patched: Document, _ before: Document, _ validation: FieldValidation)
        throws(APIError) -> Document
    /// Runs the server's own plugins once more.
    let readmit: @Sendable (Document) throws(APIError) -> Document
  }

  /// Runs the policies, then asks the webhooks that want to hear of what the policies made.
  /// - Parameter then: called at once where no webhook is asked.
  func mutate(
    _ mutators: Mutators, _ completion: Completion,
    then: @escaping @Sendable (Result<Document, APIError>) -> Void
  ) {
    let write = mutators.write
    var object = mutators.object
    var policies = mutators.policies
    let hooks: [Webhook]?
    do throws(APIError) {
      if policies == nil {
        hooks = mutators.hooks
      } else {
        object = try policies?.run(object, completion) ?? object
        hooks = try mutating(object, write)
        if hooks == nil, policies?.isChanged == true {
          object = try completion.readmit(object)
          object = try policies?.runAgain(object, completion) ?? object
        }
      }
    } catch {
      return then(.failure(error))
    }
    guard let hooks else { return then(.success(object)) }
    // Ends with the slowest webhook's own timeout at the latest.
    Task { [object, policies] in
      do throws(APIError) {
        let changed = try await mutate(object, write, hooks, completion, after: policies)
        then(.success(changed ?? object))
      } catch {
        then(.failure(error))
      }
    }
  }

  /// Asks `hooks` in turn, each about what those before it made of the object, and once more those
  /// that wish it where others changed the object after them.
  /// - Parameters:
  ///   - completion: `nil` where nothing can be changed.
  ///   - policies: which ran before, and run once more where others changed the object.
  private func mutate(
    _ object: Document?, _ write: AdmissionWrite, _ hooks: [Webhook], _ completion: Completion?,
    after policies: PolicyRound? = nil
  ) async throws(APIError) -> Document? {
    var round = MutatingRound(
      match: match(write), write: write, caller: caller, completion: completion, object: object,
      deadline: .now + Self.timeMax)
    try await round.ask(hooks)
    guard let completion, var changed = round.object else { return round.object }
    changed = try completion.readmit(changed)
    guard round.isChanged || policies?.isChanged == true else { return changed }
    if var policies { changed = try policies.runAgain(changed, completion) }
    try await round.askAgain(hooks, about: changed)
    return round.object
  }

  // MARK: Validating

  /// - Returns: the validating webhooks that are to be asked; `nil` for none.
  func validating(_ object: Document?, _ write: AdmissionWrite) throws(APIError) -> [Webhook]? {
    let hooks = try validating.webhooks()
    if hooks.isEmpty || WebhookMatch.isExempt(write.resource) { return nil }
    let match = match(write)
    var asked: [Webhook] = []
    for hook in hooks where try match.wants(hook, object) { asked.append(hook) }
    return asked.isEmpty ? nil : asked
  }

  /// Asks all `hooks` at once.
  /// - Throws: the refusal of the first of them, in their order, that refuses.
  func validate(_ object: Document?, _ write: AdmissionWrite, _ hooks: [Webhook])
    async throws(APIError)
  {
    let deadline = ContinuousClock.now + Self.timeMax
    let caller = caller
    struct Refusal: Sendable {
      let position: Int
      let error: APIError
    }
    let refusals = await withTaskGroup(of: Refusal?.self, returning: [Refusal].self) { group in
      for (position, hook) in hooks.enumerated() {
        group.addTask {
          do throws(APIError) {
            _ = try await caller.ask(
              hook, object, write, WebhookTurn(position: position), mayPatch: false,
              deadline: deadline)
            return nil
          } catch {
            return Refusal(position: position, error: error)
          }
        }
      }
      var refusals: [Refusal] = []
      for await case let refusal? in group { refusals.append(refusal) }
      return refusals
    }
    if let first = refusals.min(by: { $0.position < $1.position }) { throw first.error }
  }

  // MARK: What is not stored

  /// Asks all webhooks, in both ways, and policies about what they cannot change: deletes and
  /// connections.
  /// - Parameters:
  ///   - object: what the request says; `nil` for deletes.
  ///   - failed: gets a refusal that comes later.
  ///   - then: called at once where no webhook wants to hear of it.
  func ask(
    _ object: Document?, _ write: AdmissionWrite,
    failed: @escaping @Sendable (APIError) -> Void,
    then: @escaping @Sendable () throws(APIError) -> Void
  ) throws(APIError) {
    if let object, var round = try policies?.round(object, write) {
      _ = try round.run(object, nil)
    }
    let mutating = try mutating(object, write)
    let validating = try validating(object, write)
    if mutating == nil && validating == nil { return try then() }
    // Ends with the timeouts of the webhooks at the latest.
    Task {
      do throws(APIError) {
        if let mutating { _ = try await mutate(object, write, mutating, nil) }
        if let validating { try await validate(object, write, validating) }
        try then()
      } catch {
        failed(error)
      }
    }
  }
}
