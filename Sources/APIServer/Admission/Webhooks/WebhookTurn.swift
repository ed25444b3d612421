/// Which call of a write's webhooks this is, as the audit log names it.
/// Source: upstream's annotation keys.
struct WebhookTurn: Equatable, Sendable {
  /// 0, or 1 for webhooks that are asked once more.
  var round = 0
  /// The webhook's place among all.
  let position: Int

  func key(isMutating: Bool) -> String {
    "\(isMutating ? "mutation" : "validating").webhook.admission.k8s.io/round_\(round)_index_\(position)"
  }
}
