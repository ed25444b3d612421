import CEL
import Resources

/// What the expressions of policies see of a write.
struct PolicyInputs: Sendable {
  let reader: CacheReader
  let authorizer: any Authorizer

  /// - Parameters:
  ///   - object: as it stands now; `nil` for deletes.
  ///   - told: the version that the policy wants to see; the client's own where `nil`.
  func input(_ object: Document?, _ write: AdmissionWrite, as told: ResourceType? = nil)
    -> AdmissionInput
  {
    var input = AdmissionInput(object, write, as: told, authorizer)
    if write.resource != .namespaces, let namespace = write.namespace {
      input.namespaceObject = reader.object(.namespaces, "", namespace)
    }
    return input
  }

  /// Whether selectors and rules let a write through.
  func match(_ write: AdmissionWrite) -> WebhookMatch {
    let reader = reader
    return WebhookMatch(write: write) { name in
      reader.object(.namespaces, "", name).map { $0[path: "metadata", "labels"] ?? .emptyObject }
    }
  }
}
