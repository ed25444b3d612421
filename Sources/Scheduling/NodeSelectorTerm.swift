package import Resources

/// One alternative of a node selector: all its requirements must hold.
/// Source: core/v1 NodeSelectorTerm.
package struct NodeSelectorTerm: Equatable, Sendable {
  package struct Requirement: Equatable, Sendable {
    package let key: String
    package let `operator`: String
    package let values: [String]

    init(_ document: Document) {
      key = document["key"]?.string ?? ""
      `operator` = document["operator"]?.string ?? ""
      values = document["values"]?.elements.compactMap(\.string) ?? []
    }

    func holds(for value: String?) -> Bool {
      switch `operator` {
      case "In": value.map(values.contains) ?? false
      case "NotIn": value.map { !values.contains($0) } ?? true
      case "Exists": value != nil
      case "DoesNotExist": value == nil
      case "Gt": compare(value, >)
      case "Lt": compare(value, <)
      default: false
      }
    }

    private func compare(_ value: String?, _ holds: (Int, Int) -> Bool) -> Bool {
      guard let value, let found = Int(value), let wanted = values.first.flatMap({ Int($0) }) else {
        return false
      }
      return holds(found, wanted)
    }
  }

  package let labels: [Requirement]
  package let fields: [Requirement]

  package init(_ term: Document) {
    labels = term["matchExpressions"]?.elements.map { Requirement($0) } ?? []
    fields = term["matchFields"]?.elements.map { Requirement($0) } ?? []
  }

  /// A term without requirements matches nothing.
  package func matches(labels nodeLabels: [String: String], name: String) -> Bool {
    if labels.isEmpty && fields.isEmpty { return false }
    return labels.allSatisfy { $0.holds(for: nodeLabels[$0.key]) }
      && fields.allSatisfy { $0.key == "metadata.name" && $0.holds(for: name) }
  }
}
