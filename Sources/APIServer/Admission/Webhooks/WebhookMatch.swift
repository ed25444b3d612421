import CEL
import Foundations
import Resources

/// Whether a webhook wants to hear of a write. Pure.
struct WebhookMatch {
  let write: AdmissionWrite
  /// The labels of the namespace that the write is in; `nil` where that is not there.
  let namespaceLabels: @Sendable (_ namespace: String) -> Document?
  /// What match conditions ask.
  let authorizer: any Authorizer

  init(
    write: AdmissionWrite, authorizer: any Authorizer = AuthorizerChain([]),
    namespaceLabels: @escaping @Sendable (_ namespace: String) -> Document?
  ) {
    self.write = write
    self.authorizer = authorizer
    self.namespaceLabels = namespaceLabels
  }

  /// - Parameter object: as it stands now; `nil` for deletes.
  /// - Throws: 404 where a selector asks for a namespace that is not there, 403 where a condition has
  ///   no value and the webhook must not be overlooked.
  func wants(_ hook: Webhook, _ object: Document?) throws(APIError) -> Bool {
    guard hook.resource(of: write) != nil else { return false }
    guard isSelected(by: hook.objectSelector, object) else { return false }
    guard try isNamespaceSelected(by: hook.namespaceSelector, object) else { return false }
    return try areMet(hook.conditions, ignoringFailure: hook.ignoresFailure, object)
  }

  private func areMet(_ conditions: MatchConditions, ignoringFailure: Bool, _ object: Document?)
    throws(APIError) -> Bool
  {
    if conditions.isEmpty { return true }
    switch conditions.verdict(AdmissionInput(object, write, authorizer)) {
    case .matches: return true
    case .excluded: return false
    case .failed(let message):
      if ignoringFailure { return false }
      throw .forbidden(write.resource, write.name, message)
    }
  }

  /// Either state of the object counts. What has no labels is selected by the empty selector only.
  func isSelected(by selector: LabelSelector, _ object: Document?) -> Bool {
    if selector.isEmpty { return true }
    return [object, write.old].contains { state in
      guard let metadata = state?["metadata"] else { return false }
      let labels = metadata["labels"]
      return selector.matches { labels?[$0]?.string }
    }
  }

  func isNamespaceSelected(by selector: LabelSelector, _ object: Document?)
    throws(APIError) -> Bool
  {
    let isNamespace = write.resource == .namespaces
    guard write.resource.isNamespaced || isNamespace, !selector.isEmpty else { return true }
    let labels: Document?
    if isNamespace, write.subresource == nil,
      write.operation == .create || write.operation == .update
    {
      labels = object?[path: "metadata", "labels"]
    } else {
      let name = isNamespace ? write.name : write.namespace ?? ""
      guard let found = namespaceLabels(name) else { throw .notFound(.namespaces, name) }
      labels = found
    }
    return selector.matches { labels?[$0]?.string }
  }

  /// What configures admission is never subject to it: nobody could undo a mistake.
  static func isExempt(_ resource: ResourceType) -> Bool {
    resource.group == "admissionregistration.k8s.io"
  }
}

extension Webhook {
  /// Under which version it wants to hear of a write: the client's own before others, where it takes
  /// those; `nil` for none.
  func resource(of write: AdmissionWrite) -> ResourceType? {
    let own = write.resource
    if rules.contains(where: { $0.matches(write, as: own) }) { return own }
    guard matchesEquivalents else { return nil }
    let others = write.equivalents
    for rule in rules {
      if let other = others.first(where: { rule.matches(write, as: $0) }) { return other }
    }
    return nil
  }
}

extension AdmissionWrite {
  /// The other versions of the resource that the write is about.
  var equivalents: [ResourceType] {
    guard let versions else { return [] }
    return versions.all.map(\.kind).filter { $0.apiVersion != resource.apiVersion }
      .sorted { $0.apiVersion < $1.apiVersion }
      .map {
        ResourceType(
          group: $0.group, version: $0.version, plural: resource.plural, kind: $0.kind,
          isNamespaced: resource.isNamespaced)
      }
  }
}
