package import Resources

/// What may not be stored as an admission policy or a binding of one, as far as expressions and their
/// surroundings go. Pure.
/// Source: upstream's messages.
package enum PolicyObjectRules {
  /// What is wrong with a ValidatingAdmissionPolicy.
  package static func policyProblems(_ policy: Document) -> [FieldError] {
    let spec = policy["spec"] ?? .emptyObject
    var problems: [FieldError] = []
    let params = spec["paramKind"]
    problems += headProblems(spec)
    let environment: (_ known: [String: CELType]) -> Environment = {
      .admission(params: params == nil ? nil : .dyn, hasAuthorizer: true, variables: $0)
    }
    problems += variableProblems(spec["variables"], environment)
    let known = environment(PolicyVariables.compile(spec["variables"], environment).types)
    let validations = (spec["validations"] ?? .emptyArray).elements.map { $0 }
    let annotations = (spec["auditAnnotations"] ?? .emptyArray).elements.map { $0 }
    if validations.isEmpty, annotations.isEmpty {
      problems += ["validations", "auditAnnotations"].map {
        .required(
          "spec.\($0)", "validations or auditAnnotations must contain at least one item")
      }
    }
    for (position, validation) in validations.enumerated() {
      problems += validationProblems(validation, known, at: "spec.validations[\(position)]")
    }
    let name = policy[path: "metadata", "name"]?.string ?? ""
    return problems + annotationProblems(annotations, of: name, known)
  }

  /// What every kind of policy has: the kind of its parameters, and what it is about.
  static func headProblems(_ spec: Document) -> [FieldError] {
    let params = spec["paramKind"]
    var problems = paramKindProblems(params)
    problems += choiceProblems(spec["failurePolicy"], ["Fail", "Ignore"], at: "spec.failurePolicy")
    if spec["matchConstraints"] == nil {
      problems.append(.required("spec.matchConstraints"))
    } else if spec["matchConstraints"]?["resourceRules"]?.isEmpty ?? true {
      problems.append(.required("spec.matchConstraints.resourceRules"))
    }
    return problems
      + MatchConditions.problems(
        spec["matchConditions"], hasParams: params != nil, at: "spec.matchConditions")
  }

  /// Each is looked at with those before it that say something; of two of one name the later stands.
  static func variableProblems(
    _ list: Document?, _ environment: (_ known: [String: CELType]) -> Environment
  ) -> [FieldError] {
    var problems: [FieldError] = []
    var known: [String: CELType] = [:]
    for (position, variable) in (list ?? .emptyArray).elements.enumerated() {
      let path = "spec.variables[\(position)]"
      let name = variable["name"]?.string ?? ""
      if name.isEmpty {
        problems.append(.required("\(path).name", "name is not specified"))
      } else if !isIdentifier(name) {
        problems.append(
          .invalid("\(path).name", variable["name"], "must be a valid CEL identifier"))
      }
      problems += environment(known).problems(
        variable["expression"], at: "\(path).expression", results: [])
      if !PolicyVariables.isBlank(variable) { known[name] = .dyn }
    }
    return problems
  }

  private static func isIdentifier(_ name: String) -> Bool {
    FieldEscaping.escaped(name) == name
  }

  private static func validationProblems(
    _ validation: Document, _ environment: Environment, at path: String
  ) -> [FieldError] {
    var problems = environment.problems(
      validation["expression"], at: "\(path).expression", results: [.bool])
    if let expression = validation["messageExpression"], !(expression.string ?? "").isEmpty {
      problems += environment.problems(
        expression, at: "\(path).messageExpression", results: [.string])
    }
    if let message = validation["message"]?.string, message.contains("\n") {
      problems.append(
        .invalid("\(path).message", validation["message"], "message must not contain line breaks"))
    }
    let reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"]
    return problems + choiceProblems(validation["reason"], reasons, at: "\(path).reason")
  }

  /// What is wrong with a ValidatingAdmissionPolicyBinding.
  package static func bindingProblems(_ binding: Document) -> [FieldError] {
    let spec = binding["spec"] ?? .emptyObject
    var problems: [FieldError] = []
    problems += referenceProblems(spec)
    let actions = (spec["validationActions"] ?? .emptyArray).elements.compactMap(\.string)
    if actions.isEmpty { problems.append(.required("spec.validationActions")) }
    for (position, action) in actions.enumerated() {
      let path = "spec.validationActions[\(position)]"
      problems += choiceProblems(Document(action), ["Audit", "Deny", "Warn"], at: path)
      if actions[..<position].contains(action) {
        problems.append(.duplicate(path, Document(action)))
      }
    }
    if actions.contains("Deny"), actions.contains("Warn") {
      problems.append(
        .invalid(
          "spec.validationActions", spec["validationActions"],
          "must not contain both Deny and Warn (repeating the same validation failure information "
            + "in the API response and headers serves no purpose)"))
    }
    return problems
  }

  /// What every kind of binding has: the policy, and its parameters.
  static func referenceProblems(_ spec: Document) -> [FieldError] {
    var problems: [FieldError] = []
    if spec["policyName"]?.string?.isEmpty ?? true { problems.append(.required("spec.policyName")) }
    problems += FieldRules.subdomain(spec["policyName"], at: "spec.policyName")
    guard let reference = spec["paramRef"] else { return problems }
    problems += FieldRules.pathSegment(reference["name"], at: "spec.paramRef.name")
    problems += FieldRules.selector(reference["selector"], at: "spec.paramRef.selector")
    let hasName = !(reference["name"]?.string ?? "").isEmpty
    if hasName, reference["selector"] != nil {
      for member in ["name", "selector"] {
        problems.append(
          .forbidden("spec.paramRef.\(member)", "name and selector are mutually exclusive"))
      }
    } else if !hasName, reference["selector"] == nil {
      problems.append(.required("spec.paramRef", "one of name or selector must be specified"))
    }
    if let action = reference["parameterNotFoundAction"] {
      problems += choiceProblems(
        action, ["Allow", "Deny"], at: "spec.paramRef.parameterNotFoundAction")
    } else {
      problems.append(.required("spec.paramRef.parameterNotFoundAction"))
    }
    return problems
  }

  static func choiceProblems(_ value: Document?, _ choices: [String], at path: String)
    -> [FieldError]
  {
    guard let text = value?.string, !choices.contains(text) else { return [] }
    return [.notSupported(path, text, choices)]
  }
}
