import Foundations

/// The rules of flow schemas.
/// Source: Kubernetes API reference, "FlowSchema v1"; upstream's messages.
enum FlowSchemaValidation {
  private static let precedenceMax = 10_000
  private static let verbs = [
    "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch",
  ]
  private static let methods = ["ByNamespace", "ByUser"]

  static func errors(_ schema: Document) -> [FieldError] {
    let spec = schema["spec"] ?? .emptyObject
    let name = schema[path: "metadata", "name"]?.string ?? ""
    var errors = precedenceErrors(spec["matchingPrecedence"], of: name)
    if let method = spec["distinguisherMethod"], !methods.contains(method["type"]?.string ?? "") {
      errors.append(
        .notSupported(
          "spec.distinguisherMethod.type", method["type"]?.string ?? "", methods))
    }
    let level = spec[path: "priorityLevelConfiguration", "name"]
    if let text = level?.string, !text.isEmpty {
      errors += ObjectName.problems(subdomain: text).map {
        .invalid("spec.priorityLevelConfiguration.name", level, $0)
      }
    } else {
      errors.append(
        .required("spec.priorityLevelConfiguration.name", "must reference a priority level"))
    }
    for (position, rule) in (spec["rules"] ?? .emptyArray).elements.enumerated() {
      errors += ruleErrors(rule, at: "spec.rules[\(position)]")
    }
    if let fixed = DefaultFlowControl.all.entry(.flowSchemas, name), fixed.isMandatory,
      fixed.object["spec"] != spec
    {
      errors.append(.invalid("spec", spec, "spec of '\(name)' must equal the fixed value"))
    }
    return errors
  }

  private static func precedenceErrors(_ precedence: Document?, of name: String) -> [FieldError] {
    let field = "spec.matchingPrecedence"
    switch precedence?.integer ?? 0 {
    case ...0: return [.invalid(field, precedence ?? 0, "must be a positive value")]
    case 1 where name != DefaultFlowControl.exemptName:
      return [
        .invalid(
          field, precedence, "only the schema named 'exempt' may have matchingPrecedence 1")
      ]
    case (precedenceMax + 1)...:
      return [.invalid(field, precedence, "must not be greater than \(precedenceMax)")]
    default: return []
    }
  }

  private static func ruleErrors(_ rule: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    let subjects = rule["subjects"] ?? .emptyArray
    if subjects.isEmpty {
      errors.append(.required("\(path).subjects", "subjects must contain at least one value"))
    }
    for (position, subject) in subjects.elements.enumerated() {
      errors += subjectErrors(subject, at: "\(path).subjects[\(position)]")
    }
    let (resources, paths) = (rule["resourceRules"], rule["nonResourceRules"])
    if resources?.isEmpty ?? true, paths?.isEmpty ?? true {
      errors.append(
        .required(
          path, "at least one of resourceRules and nonResourceRules has to be non-empty"))
    }
    for (position, rule) in (resources ?? .emptyArray).elements.enumerated() {
      errors += resourceErrors(rule, at: "\(path).resourceRules[\(position)]")
    }
    for (position, rule) in (paths ?? .emptyArray).elements.enumerated() {
      errors += pathErrors(rule, at: "\(path).nonResourceRules[\(position)]")
    }
    return errors
  }

  // MARK: Subjects

  private static let kinds = [
    ("Group", "group"), ("ServiceAccount", "serviceAccount"), ("User", "user"),
  ]

  private static func subjectErrors(_ subject: Document, at path: String) -> [FieldError] {
    let kind = subject["kind"]?.string ?? ""
    guard let (_, member) = kinds.first(where: { $0.0 == kind }) else {
      return [.notSupported("\(path).kind", kind, kinds.map(\.0))]
    }
    var errors: [FieldError] = []
    if let named = subject[member] {
      errors += nameErrors(named, kind, at: "\(path).\(member)")
    } else {
      errors.append(
        .required("\(path).\(member)", "\(member) is required when subject kind is '\(kind)'"))
    }
    for (otherKind, other) in kinds where other != member && subject[other] != nil {
      errors.append(
        .forbidden(
          "\(path).\(other)", "\(other) is forbidden when subject kind is not '\(otherKind)'"))
    }
    return errors
  }

  private static func nameErrors(_ named: Document, _ kind: String, at path: String)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    let name = named["name"]?.string ?? ""
    if name.isEmpty { errors.append(.required("\(path).name")) }
    guard kind == "ServiceAccount" else { return errors }
    if !name.isEmpty, name != "*" {
      errors += ObjectName.problems(subdomain: name).map {
        .invalid("\(path).name", named["name"], $0)
      }
    }
    let namespace = named["namespace"]?.string ?? ""
    if namespace.isEmpty {
      errors.append(
        .required("\(path).namespace", "must specify namespace for service account"))
    } else {
      errors += ObjectName.problems(label: namespace).map {
        .invalid("\(path).namespace", named["namespace"], $0)
      }
    }
    return errors
  }

  // MARK: Rules

  private static func texts(_ rule: Document, _ member: String) -> [String] {
    rule[member]?.elements.compactMap(\.string) ?? []
  }

  private static func verbErrors(_ rule: Document, at path: String) -> [FieldError] {
    let held = texts(rule, "verbs")
    if held.isEmpty { return [.required("\(path).verbs", "verbs must contain at least one value")] }
    if held.contains("*") {
      return lonelyStarErrors(rule, "verbs", "verbs", at: path)
    }
    if held.allSatisfy(verbs.contains) { return [] }
    let list = verbs.map { "\"\($0)\"" }.joined(separator: ", ")
    return [
      FieldError(
        "\(path).verbs", .notSupported(value: rule["verbs"]?.jsonText ?? ""),
        "supported values: \(list)")
    ]
  }

  /// A star stands for everything, so nothing may stand beside it.
  private static func lonelyStarErrors(
    _ rule: Document, _ member: String, _ word: String, at path: String
  ) -> [FieldError] {
    let held = texts(rule, member)
    guard held.count > 1, held.contains("*") else { return [] }
    return [
      .invalid(
        "\(path).\(member)", rule[member],
        "if '*' is present, must not specify other \(word)")
    ]
  }

  private static func resourceErrors(_ rule: Document, at path: String) -> [FieldError] {
    var errors = verbErrors(rule, at: path)
    for (member, one, many) in [
      ("apiGroups", "api group", "api groups"), ("resources", "resource", "resources"),
    ] {
      if texts(rule, member).isEmpty {
        errors.append(
          .required("\(path).\(member)", "resource rules must supply at least one \(one)"))
      }
      errors += lonelyStarErrors(rule, member, many, at: path)
    }
    let namespaces = texts(rule, "namespaces")
    if namespaces.isEmpty, rule["clusterScope"]?.bool != true {
      errors.append(
        .required(
          "\(path).namespaces",
          "resource rules that are not cluster scoped must supply at least one namespace"))
    }
    errors += lonelyStarErrors(rule, "namespaces", "namespaces", at: path)
    if !namespaces.contains("*") {
      for (position, namespace) in namespaces.enumerated() {
        errors += ObjectName.problems(label: namespace).map {
          .invalid(
            "\(path).namespaces[\(position)]", Document(namespace),
            "each member of this list must be '*' or a DNS-1123 label; \($0)")
        }
      }
    }
    return errors
  }

  private static func pathErrors(_ rule: Document, at path: String) -> [FieldError] {
    var errors = verbErrors(rule, at: path)
    let paths = texts(rule, "nonResourceURLs")
    if paths.isEmpty {
      errors.append(
        .required(
          "\(path).nonResourceURLs", "nonResourceURLs must contain at least one value"))
    }
    errors += lonelyStarErrors(rule, "nonResourceURLs", "non-resource URLs", at: path)
    if !paths.contains("*") {
      for (position, text) in paths.enumerated() {
        if let problem = pathProblem(text) {
          errors.append(
            .invalid("\(path).nonResourceURLs[\(position)]", Document(text), problem))
        }
      }
    }
    return errors
  }

  private static func pathProblem(_ path: String) -> String? {
    if path.isEmpty { return "must not be empty" }
    if path == "/" { return nil }
    if !path.hasPrefix("/") { return "must start with slash" }
    if path.contains(" ") { return "must not contain white-space" }
    if path.contains("//") { return "must not contain double slash" }
    let stars = path.count { $0 == "*" }
    if stars > 1 || (stars == 1 && !path.hasSuffix("/*")) {
      return "wildcard can only do suffix matching"
    }
    return nil
  }
}
