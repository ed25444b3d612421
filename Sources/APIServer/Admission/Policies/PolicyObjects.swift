import CEL
package import Resources

/// Sees to it that policies, their bindings and webhooks can be put to use: their expressions compile, and
/// who writes them may read the parameters that they are shown. Tells in a policy's status what its expressions are known to get wrong about their types.
package struct PolicyObjects: AdmissionPlugin {
  private let catalog: ResourceCatalog
  private let access: PolicyParamAccess

  init(catalog: ResourceCatalog, access: PolicyParamAccess) {
    self.catalog = catalog
    self.access = access
  }

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource.group == "admissionregistration.k8s.io", write.operation != .delete,
      write.subresource == nil
    else { return }
    var problems: [FieldError]
    switch write.resource.plural {
    case "validatingadmissionpolicies":
      problems = PolicyObjectRules.policyProblems(object)
      if problems.isEmpty {
        object.set(
          PolicyTypeChecking.status(of: object, type: type), at: ["status", "typeChecking"])
      }
    case "validatingadmissionpolicybindings":
      problems = PolicyObjectRules.bindingProblems(object)
    case "mutatingadmissionpolicies":
      problems = PolicyObjectRules.mutatingPolicyProblems(object)
    case "mutatingadmissionpolicybindings":
      problems = PolicyObjectRules.mutatingBindingProblems(object)
    case "mutatingwebhookconfigurations", "validatingwebhookconfigurations":
      problems = (object["webhooks"] ?? .emptyArray).elements.enumerated().flatMap {
        MatchConditions.problems(
          $0.element["matchConditions"], at: "webhooks[\($0.offset)].matchConditions")
      }
    default: return
    }
    if problems.isEmpty { problems = access.problems(object, write) }
    guard problems.isEmpty else {
      throw .invalid(write.resource, write.name, problems.map(\.cause))
    }
  }

  private func type(_ group: String, _ version: String, _ plural: String)
    -> (GroupVersionKind, CELType)?
  {
    guard let definition = catalog.resource(group, version, plural), let type = definition.type
    else { return nil }
    return (definition.kind, CELType(type))
  }
}
