/// Which webhooks or policies are to be asked once more. A value: it is told what happens.
/// Source: Kubernetes documentation, "Dynamic Admission Control", "Reinvocation policy".
struct Reinvocation<Identity: Hashable & Sendable>: Equatable, Sendable {
  private var asked: Set<Identity> = []
  private var due: Set<Identity> = []

  /// One that wishes to be asked again has been asked.
  mutating func wasAsked(_ identity: Identity) { asked.insert(identity) }

  /// The object is not what those who were asked have seen.
  mutating func wasChanged() { due.formUnion(asked) }

  func isDue(_ identity: Identity) -> Bool { due.contains(identity) }

  var isAnyDue: Bool { !due.isEmpty }
}
