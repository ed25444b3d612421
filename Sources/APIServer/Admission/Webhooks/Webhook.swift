import CEL
import Foundations
import Resources

/// One webhook of a configuration, read once.
/// Source: admissionregistration/v1 MutatingWebhook and ValidatingWebhook.
struct Webhook: Sendable {
  /// `x.example.com`: messages name it by this.
  let name: String
  /// What tells it apart from all others: its configuration and its place there.
  let identity: Identity
  let rules: [WebhookRule]
  let namespaceSelector: LabelSelector
  let objectSelector: LabelSelector
  let conditions: MatchConditions
  /// Whether a call that fails is overlooked, instead of the request being refused.
  let ignoresFailure: Bool
  /// Whether a request under another version of the same resource counts as well.
  let matchesEquivalents: Bool
  let timeout: Duration
  /// Whether it may be asked about writes that are only tried.
  let supportsDryRun: Bool
  /// Whether it is asked again where others changed the object after it.
  let isReinvocable: Bool
  /// The newest version of reviews that it and this server know; `nil` for none.
  let reviewVersion: ReviewVersion?
  let endpoint: WebhookEndpoint

  struct Identity: Hashable, Sendable {
    let configuration: String
    let position: Int
  }

  enum ReviewVersion: String, Sendable, CaseIterable {
    case v1, v1beta1
  }

  /// - Throws: where a selector cannot be read. Validation lets none such in.
  init(_ hook: Document, configuration: String, position: Int) throws(LabelSelector.ParsingError) {
    name = hook["name"]?.string ?? ""
    identity = Identity(configuration: configuration, position: position)
    rules = (hook["rules"] ?? .emptyArray).elements.map { WebhookRule($0) }
    namespaceSelector = try Self.selector(hook["namespaceSelector"])
    objectSelector = try Self.selector(hook["objectSelector"])
    conditions = MatchConditions(hook["matchConditions"])
    ignoresFailure = hook["failurePolicy"]?.string == "Ignore"
    matchesEquivalents = hook["matchPolicy"]?.string != "Exact"
    timeout = .seconds(min(max(hook["timeoutSeconds"]?.integer ?? 10, 1), 30))
    supportsDryRun = ["None", "NoneOnDryRun"].contains(hook["sideEffects"]?.string ?? "")
    isReinvocable = hook["reinvocationPolicy"]?.string == "IfNeeded"
    reviewVersion =
      (hook["admissionReviewVersions"] ?? .emptyArray).elements.lazy
      .compactMap { $0.string.flatMap(ReviewVersion.init) }.first
    endpoint = WebhookEndpoint(hook["clientConfig"] ?? .emptyObject)
  }

  private static func selector(_ document: Document?) throws(LabelSelector.ParsingError)
    -> LabelSelector
  {
    guard let document else { return .everything }
    return try LabelSelector(selectorObject: document)
  }
}

/// Which requests a webhook wants to hear of.
/// Source: admissionregistration/v1 RuleWithOperations.
struct WebhookRule: Sendable {
  private let operations: [String]
  private let groups: [String]
  private let versions: [String]
  /// `pods`, `pods/log`, `*`, `pods/*`, `*/scale`, `*/*`.
  private let resources: [(resource: String, subresource: String)]
  private let scope: String

  init(_ rule: Document) {
    func texts(_ member: String) -> [String] {
      (rule[member] ?? .emptyArray).elements.compactMap(\.string)
    }
    operations = texts("operations")
    groups = texts("apiGroups")
    versions = texts("apiVersions")
    resources = texts("resources").map { text in
      let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
    scope = rule["scope"]?.string ?? "*"
  }

  /// - Parameter resource: the one asked for, or another version of it.
  func matches(_ write: AdmissionWrite, as resource: ResourceType) -> Bool {
    let subresource = write.subresource ?? ""
    return Self.holds(operations, write.operation.rawValue)
      && Self.holds(groups, resource.group) && Self.holds(versions, resource.version)
      && resources.contains { rule in
        (rule.resource == "*" || rule.resource == resource.plural)
          && (rule.subresource == "*" || rule.subresource == subresource)
      }
      && isInScope(write)
  }

  private static func holds(_ list: [String], _ value: String) -> Bool {
    list.contains { $0 == "*" || $0 == value }
  }

  /// Namespaces themselves live outside of namespaces.
  private func isInScope(_ write: AdmissionWrite) -> Bool {
    switch scope {
    case "Namespaced": write.resource.isNamespaced
    case "Cluster": !write.resource.isNamespaced
    default: true
    }
  }
}
