/// What is left in a namespace that is being emptied, and what keeps it there.
package struct NamespaceRemains: Sendable {
  /// Never of a kind of which nothing is left. In the order they are to be told in.
  package var kinds: [(resource: ResourceType, objects: [Document])] = []
  /// `GROUP/VERSION: why`, of the servers behind this one that could not be asked what they serve: they
  /// may keep something.
  package var undiscovered: [String] = []
  /// Why something could not be deleted.
  package var failures: [String] = []

  package init() {}

  package var isEmpty: Bool { kinds.isEmpty && !isHindered }

  /// Whether some server could not be asked, or did not do what it was asked for.
  package var isHindered: Bool { !undiscovered.isEmpty || !failures.isEmpty }

  package mutating func note(_ resource: ResourceType, _ objects: [Document]) {
    if !objects.isEmpty { kinds.append((resource, objects)) }
  }

  package mutating func note(_ others: NamespaceRemains) {
    kinds += others.kinds
    undiscovered += others.undiscovered
    failures += others.failures
  }
}
