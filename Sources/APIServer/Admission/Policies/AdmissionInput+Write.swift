import CEL
import Resources

extension AdmissionInput {
  /// A write as expressions see it.
  /// - Parameters:
  ///   - object: as it stands now; `nil` for deletes.
  ///   - told: the version that expressions want to see; the client's own where `nil`.
  init(
    _ object: Document?, _ write: AdmissionWrite, as told: ResourceType? = nil,
    _ authorizer: any Authorizer
  ) {
    var request =
      AdmissionReview(object, write, as: told, version: .v1).document["request"] ?? .emptyObject
    let told = told ?? write.resource
    // Expressions have variables of their own for these.
    for name in ["object", "oldObject", "uid"] { request[name] = nil }
    self.init(
      object: object.map { write.converted($0, to: told) },
      oldObject: write.old.map { write.converted($0, to: told) }, request: request,
      authorizer: AuthorizerValue(write, authorizer))
  }
}

extension AuthorizerValue {
  /// The server's authorizer, asked for the user of a write.
  fileprivate init(_ write: AdmissionWrite, _ authorizer: any Authorizer) {
    var requested = AccessQuestion()
    requested.group = write.resource.group
    requested.resource = write.resource.plural
    requested.subresource = write.subresource ?? ""
    requested.namespace = write.namespace ?? ""
    requested.name = write.name
    let user = write.user
    self.init(requested: requested) { question in
      var asking = user
      if let account = question.serviceAccount {
        asking = User(
          name: "system:serviceaccount:\(account.namespace):\(account.name)",
          groups: [
            "system:serviceaccounts", "system:serviceaccounts:\(account.namespace)",
            "system:authenticated",
          ])
      }
      var attributes = AccessAttributes(user: asking, verb: question.verb)
      attributes.path = question.path
      attributes.group = question.group
      attributes.version = question.path == nil ? "*" : ""
      attributes.resource = question.resource
      attributes.subresource = question.subresource
      attributes.namespace = question.namespace
      attributes.name = question.name
      switch authorizer.verdict(attributes) {
      case .allowed: return AccessAnswer(isAllowed: true)
      case .denied(let reason), .noOpinion(let reason):
        return AccessAnswer(isAllowed: false, reason: reason)
      // "Not allowed" could be a reason to let something pass.
      case .unanswered(let reason): return AccessAnswer(isAllowed: false, error: reason)
      }
    }
  }
}
