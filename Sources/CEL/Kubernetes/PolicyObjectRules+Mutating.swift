package import Resources

/// What may not be stored as a MutatingAdmissionPolicy or a binding of one.
/// Source: upstream's messages.
extension PolicyObjectRules {
  /// What is wrong with a MutatingAdmissionPolicy.
  package static func mutatingPolicyProblems(_ policy: Document) -> [FieldError] {
    let spec = policy["spec"] ?? .emptyObject
    let params: CELType? = spec["paramKind"] == nil ? nil : .dyn
    let environment: (_ known: [String: CELType]) -> Environment = {
      .admission(params: params, hasAuthorizer: true, variables: $0)
    }
    var problems = headProblems(spec) + variableProblems(spec["variables"], environment)
    let building = Environment.admission(
      params: params, hasAuthorizer: true,
      variables: PolicyVariables.compile(spec["variables"], environment).types, mutates: true)
    let mutations = spec["mutations"] ?? .emptyArray
    if mutations.isEmpty {
      problems.append(.required("spec.mutations", "mutations must contain at least one item"))
    }
    for (position, mutation) in mutations.elements.enumerated() {
      problems += mutationProblems(mutation, building, at: "spec.mutations[\(position)]")
    }
    let policies = ["IfNeeded", "Never"]
    if spec["reinvocationPolicy"]?.string?.isEmpty ?? true {
      problems.append(.required("spec.reinvocationPolicy"))
    }
    return problems
      + choiceProblems(spec["reinvocationPolicy"], policies, at: "spec.reinvocationPolicy")
  }

  /// What is wrong with a MutatingAdmissionPolicyBinding.
  package static func mutatingBindingProblems(_ binding: Document) -> [FieldError] {
    referenceProblems(binding["spec"] ?? .emptyObject)
  }

  private static let members = [
    "ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch",
  ]

  private static func mutationProblems(
    _ mutation: Document, _ environment: Environment, at path: String
  ) -> [FieldError] {
    let type = mutation["patchType"]?.string ?? ""
    if type.isEmpty { return [.required("\(path).patchType")] }
    guard let member = members[type] else {
      return [.notSupported("\(path).patchType", type, members.keys.sorted())]
    }
    var problems: [FieldError] = []
    if let own = mutation[member] {
      let result = type == "JSONPatch" ? MutatingPolicy.patchType : MutatingPolicy.objectType
      problems += environment.problems(
        own["expression"], at: "\(path).\(member).expression", results: [result])
    } else {
      problems.append(
        .required("\(path).\(member)", "must be specified when patchType is \(type)"))
    }
    for other in members.values.sorted() where other != member && mutation[other] != nil {
      problems.append(
        .invalid(
          "\(path).\(other)", Document("{\(other)}"),
          "must not be specified when patchType is \(type)"))
    }
    return problems
  }
}
