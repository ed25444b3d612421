import Resources

/// The mutating webhooks of one write, asked in turn.
struct MutatingRound {
  let match: WebhookMatch
  let write: AdmissionWrite
  let caller: WebhookCaller
  let completion: AdmissionWebhooks.Completion?
  private(set) var object: Document?
  private(set) var isChanged = false
  let deadline: ContinuousClock.Instant
  private var reinvocation = Reinvocation()

  init(
    match: WebhookMatch, write: AdmissionWrite, caller: WebhookCaller,
    completion: AdmissionWebhooks.Completion?, object: Document?,
    deadline: ContinuousClock.Instant
  ) {
    self.match = match
    self.write = write
    self.caller = caller
    self.completion = completion
    self.object = object
    self.deadline = deadline
  }

  mutating func ask(_ hooks: [Webhook]) async throws(APIError) {
    for hook in hooks where try match.wants(hook, object) {
      try await ask(hook)
      if hook.isReinvocable { reinvocation.wasAsked(hook.identity) }
    }
  }

  /// The second round: webhooks that the first did not reach are not asked now either.
  /// - Parameter completed: what the server's own plugins made of the first round's object.
  mutating func askAgain(_ hooks: [Webhook], about completed: Document) async throws(APIError) {
    if completed != object { reinvocation.wasChanged() }
    object = completed
    for hook in hooks where reinvocation.isDue(hook.identity) {
      if try match.wants(hook, object) { try await ask(hook) }
    }
  }

  private mutating func ask(_ hook: Webhook) async throws(APIError) {
    let patch = try await caller.ask(hook, object, write, mayPatch: true, deadline: deadline)
    guard let patch else { return }
    guard let before = object, let completion else {
      throw .internalError(
        "admission webhook \"\(hook.name)\" attempted to modify the object, which is not supported "
          + "for this operation")
    }
    // The patch speaks of the version that the webhook was told of.
    let told = hook.resource(of: write) ?? write.resource
    let write = write
    let patched = try await write.deciding { () throws(APIError) in
      do throws(PatchError) {
        return write.converted(
          try patch.applied(to: write.converted(before, to: told)), to: write.resource)
      } catch {
        throw .internalError(
          "the patch of admission webhook \"\(hook.name)\" does not fit: \(error)")
      }
    }
    let after = try completion.complete(patched, before)
    guard after != before else { return }
    object = after
    isChanged = true
    reinvocation.wasChanged()
  }
}

/// Which webhooks are to be asked once more. A value: it is told what happens.
/// Source: Kubernetes documentation, "Dynamic Admission Control", "Reinvocation policy".
struct Reinvocation: Equatable {
  private var asked: Set<Webhook.Identity> = []
  private var due: Set<Webhook.Identity> = []

  /// A webhook that wishes to be asked again has been asked.
  mutating func wasAsked(_ hook: Webhook.Identity) { asked.insert(hook) }

  /// The object is not what those who were asked have seen.
  mutating func wasChanged() { due.formUnion(asked) }

  func isDue(_ hook: Webhook.Identity) -> Bool { due.contains(hook) }
}
