import Foundations
import Resources

/// Which requests a policy or a binding is about. Read once.
/// Source: admissionregistration/v1 MatchResources.
struct PolicyResources: Sendable {
  private let included: [Rule]
  private let excluded: [Rule]
  private let namespaceSelector: LabelSelector
  private let objectSelector: LabelSelector
  /// Whether no rule means every resource: so for bindings, which narrow their policy.
  private let isOpen: Bool
  /// Whether a request under another version of the same resource counts as well.
  private let matchesEquivalents: Bool

  private struct Rule: Sendable {
    let rule: WebhookRule
    /// Empty for all.
    let names: [String]

    init(_ document: Document) {
      rule = WebhookRule(document)
      names = (document["resourceNames"] ?? .emptyArray).elements.compactMap(\.string)
    }

    func matches(_ write: AdmissionWrite, as resource: ResourceType) -> Bool {
      rule.matches(write, as: resource) && (names.isEmpty || names.contains(write.name))
    }
  }

  /// - Throws: where a selector cannot be read.
  init(_ resources: Document?, isOpen: Bool) throws(LabelSelector.ParsingError) {
    included = (resources?["resourceRules"] ?? .emptyArray).elements.map { Rule($0) }
    excluded = (resources?["excludeResourceRules"] ?? .emptyArray).elements.map { Rule($0) }
    namespaceSelector = try Self.selector(resources?["namespaceSelector"])
    objectSelector = try Self.selector(resources?["objectSelector"])
    self.isOpen = isOpen
    matchesEquivalents = resources?["matchPolicy"]?.string != "Exact"
  }

  private static func selector(_ document: Document?) throws(LabelSelector.ParsingError)
    -> LabelSelector
  {
    guard let document else { return .everything }
    return try LabelSelector(selectorObject: document)
  }

  /// Under which version of its resource a write is wanted; `nil` for none.
  /// - Throws: 404 where a selector asks for a namespace that is not there.
  func resource(of match: WebhookMatch, _ object: Document?) throws(APIError) -> ResourceType? {
    let write = match.write
    guard let found = isOpen && included.isEmpty ? write.resource : resource(included, write),
      resource(excluded, write) == nil, match.isSelected(by: objectSelector, object),
      try match.isNamespaceSelected(by: namespaceSelector, object)
    else { return nil }
    return found
  }

  /// The client's own version before others.
  private func resource(_ rules: [Rule], _ write: AdmissionWrite) -> ResourceType? {
    if rules.isEmpty { return nil }
    if rules.contains(where: { $0.matches(write, as: write.resource) }) { return write.resource }
    guard matchesEquivalents else { return nil }
    let others = write.equivalents
    for rule in rules {
      if let other = others.first(where: { rule.matches(write, as: $0) }) { return other }
    }
    return nil
  }
}
