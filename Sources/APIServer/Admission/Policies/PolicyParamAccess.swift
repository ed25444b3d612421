import Resources

/// Whether somebody may write a policy or a binding that shows expressions an object of parameters: only
/// who could read the object anyway, since the answers of policies tell of it.
/// Source: upstream's rules and messages.
struct PolicyParamAccess: Sendable {
  private let reader: CacheReader
  private let registry: RegistryReference
  private let authorizer: any Authorizer

  init(_ reader: CacheReader, _ registry: RegistryReference, authorizer: any Authorizer) {
    self.reader = reader
    self.registry = registry
    self.authorizer = authorizer
  }

  /// Of writes to policies and bindings; nothing is said about any other.
  func problems(_ object: Document, _ write: AdmissionWrite) -> [FieldError] {
    if write.user.isMaster { return [] }
    let new = object["spec"] ?? .emptyObject
    let old = write.old?["spec"]
    switch write.resource.plural {
    case "validatingadmissionpolicies", "mutatingadmissionpolicies":
      guard let kind = new["paramKind"], kind != old?["paramKind"] else { return [] }
      return policyProblems(kind, write.user)
    case "validatingadmissionpolicybindings", "mutatingadmissionpolicybindings":
      guard let reference = new["paramRef"],
        reference != old?["paramRef"] || new["policyName"] != old?["policyName"]
      else { return [] }
      let policies =
        write.resource.plural == "mutatingadmissionpolicybindings"
        ? "mutatingadmissionpolicies" : "validatingadmissionpolicies"
      return bindingProblems(reference, new["policyName"]?.string ?? "", policies, write.user)
    default: return []
    }
  }

  private func policyProblems(_ kind: Document, _ user: User) -> [FieldError] {
    var question = question(kind, user, verb: "get")
    question.name = "*"
    question.namespace = "*"
    if authorizer.decide(question) == .allowed { return [] }
    return [
      .forbidden(
        "spec.paramKind",
        "user \"\(user.name)\" must have \"get\" permission on all objects of the referenced paramKind "
          + "(kind=\(kind["kind"]?.string ?? ""), apiVersion=\(kind["apiVersion"]?.string ?? ""))")
    ]
  }

  private func bindingProblems(
    _ reference: Document, _ policyName: String, _ policies: String, _ user: User
  ) -> [FieldError] {
    let policy = reader.object(.admission(policies), "", policyName)
    let name = reference["name"]?.string ?? ""
    let verb = name.isEmpty ? "list" : "get"
    var question = question(policy?[path: "spec", "paramKind"], user, verb: verb)
    question.name = name
    question.namespace = reference["namespace"]?.string ?? ""
    if authorizer.decide(question) == .allowed { return [] }
    guard policy != nil else {
      return [
        .forbidden(
          "spec.paramRef",
          "unable to get policy \(policyName) to determine minimum required permissions and user "
            + "\"\(user.name)\" does not have \"\(verb)\" permission for all groups, versions and "
            + "resources")
      ]
    }
    return [
      .forbidden(
        "spec.paramRef",
        "user \"\(user.name)\" does not have \"\(verb)\" permission on the object referenced by "
          + "paramRef")
    ]
  }

  /// About all resources, as far as the kind does not say which one.
  private func question(_ kind: Document?, _ user: User, verb: String) -> AccessAttributes {
    var question = AccessAttributes(user: user, verb: verb)
    (question.group, question.version, question.resource) = ("*", "*", "*")
    guard let kind, let apiVersion = kind["apiVersion"]?.string else { return question }
    let named = GroupVersionKind(apiVersion: apiVersion, kind: kind["kind"]?.string ?? "")
    question.group = named.group
    question.version = named.version
    if let served = registry.registry?.resource(of: named) {
      question.resource = served.type.plural
    }
    return question
  }
}
