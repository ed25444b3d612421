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
  private var reinvocation = Reinvocation<Webhook.Identity>()

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
    for (position, hook) in hooks.enumerated() where try match.wants(hook, object) {
      try await ask(hook, WebhookTurn(position: position))
      if hook.isReinvocable { reinvocation.wasAsked(hook.identity) }
    }
  }

  /// The second round: webhooks that the first did not reach are not asked now either.
  /// - Parameter completed: what the server's own plugins made of the first round's object.
  mutating func askAgain(_ hooks: [Webhook], about completed: Document) async throws(APIError) {
    if completed != object { reinvocation.wasChanged() }
    object = completed
    for (position, hook) in hooks.enumerated() where reinvocation.isDue(hook.identity) {
      if try match.wants(hook, object) {
        try await ask(hook, WebhookTurn(round: 1, position: position))
      }
    }
  }

  private mutating func ask(_ hook: Webhook, _ turn: WebhookTurn) async throws(APIError) {
    let patch = try await caller.ask(
      hook, object, write, turn, mayPatch: true, deadline: deadline)
    guard let patch else { return note(hook, turn, hasChanged: false) }
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
    let after = try completion.complete(patched, before, .ignore)
    note(hook, turn, hasChanged: after != before)
    guard after != before else { return }
    object = after
    isChanged = true
    reinvocation.wasChanged()
  }

  private func note(_ hook: Webhook, _ turn: WebhookTurn, hasChanged: Bool) {
    guard let audit = write.audit else { return }
    let note: Document = [
      "configuration": Document(hook.identity.configuration), "webhook": Document(hook.name),
      "mutated": Document(hasChanged),
    ]
    audit.annotate(turn.key(isMutating: true), note.jsonText)
  }
}
