extension Defaulting {
  /// Source: admissionregistration/v1 ValidatingAdmissionPolicySpec, MutatingAdmissionPolicySpec and
  /// MatchResources.
  static func admissionPolicy(_ policy: inout Document) {
    policy.edit("spec") { spec in
      spec.setDefault("failurePolicy", "Fail")
      spec.edit("matchConstraints", matchResources)
    }
  }

  static func admissionPolicyBinding(_ binding: inout Document) {
    binding.edit("spec") { spec in spec.edit("matchResources", matchResources) }
  }

  private static func matchResources(_ resources: inout Document) {
    resources.setDefault("matchPolicy", "Equivalent")
    resources.setDefault("namespaceSelector", .emptyObject)
    resources.setDefault("objectSelector", .emptyObject)
    for rules in ["resourceRules", "excludeResourceRules"] {
      resources.editEach(rules) { $0.setDefault("scope", "*") }
    }
  }
}
