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

  private struct Rule: Sendable {
    let rule: WebhookRule
    /// Empty for all.
    let names: [String]

    init(_ document: Document) {
      rule = WebhookRule(document)
      names = (document["resourceNames"] ?? .emptyArray).elements.compactMap(\.string)
    }

    func matches(_ write: AdmissionWrite) -> Bool {
      rule.matches(write, as: write.resource) && (names.isEmpty || names.contains(write.name))
    }
  }

  /// - Throws: where a selector cannot be read.
  init(_ resources: Document?, isOpen: Bool) throws(LabelSelector.ParsingError) {
    included = (resources?["resourceRules"] ?? .emptyArray).elements.map { Rule($0) }
    excluded = (resources?["excludeResourceRules"] ?? .emptyArray).elements.map { Rule($0) }
    namespaceSelector = try Self.selector(resources?["namespaceSelector"])
    objectSelector = try Self.selector(resources?["objectSelector"])
    self.isOpen = isOpen
  }

  private static func selector(_ document: Document?) throws(LabelSelector.ParsingError)
    -> LabelSelector
  {
    guard let document else { return .everything }
    return try LabelSelector(selectorObject: document)
  }

  /// - Throws: 404 where a selector asks for a namespace that is not there.
  func contains(_ match: WebhookMatch, _ object: Document?) throws(APIError) -> Bool {
    let write = match.write
    guard isOpen && included.isEmpty || included.contains(where: { $0.matches(write) }),
      !excluded.contains(where: { $0.matches(write) }),
      match.isSelected(by: objectSelector, object)
    else { return false }
    return try match.isNamespaceSelected(by: namespaceSelector, object)
  }
}
