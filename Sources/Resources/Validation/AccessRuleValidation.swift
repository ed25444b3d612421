/// The rules of roles and their bindings.
/// Source: Kubernetes documentation, "Using RBAC Authorization"; upstream's messages.
enum AccessRuleValidation {
  private static let group = "rbac.authorization.k8s.io"

  static func roleErrors(_ role: Document, isClusterWide: Bool) -> [FieldError] {
    let errors = (role["rules"] ?? .emptyArray).elements.enumerated().flatMap { position, rule in
      ruleErrors(rule, at: "rules[\(position)]", isClusterWide: isClusterWide)
    }
    guard isClusterWide, let aggregation = role["aggregationRule"] else { return errors }
    let place = "aggregationRule.clusterRoleSelectors"
    let selectors = aggregation["clusterRoleSelectors"] ?? .emptyArray
    if selectors.isEmpty {
      return errors + [
        .required(
          place, "at least one clusterRoleSelector required if aggregationRule is non-nil")
      ]
    }
    return errors
      + selectors.elements.enumerated().flatMap { position, selector in
        SelectorValidation.wholeErrors(selector, at: "\(place)[\(position)]")
      }
  }

  private static func ruleErrors(_ rule: Document, at path: String, isClusterWide: Bool)
    -> [FieldError]
  {
    func isEmpty(_ member: String) -> Bool { rule[member]?.isEmpty ?? true }
    var errors: [FieldError] = []
    if isEmpty("verbs") {
      errors.append(.required("\(path).verbs", "verbs must contain at least one value"))
    }
    if let paths = rule["nonResourceURLs"], !paths.isEmpty {
      if !isClusterWide {
        errors.append(
          .invalid(
            "\(path).nonResourceURLs", paths,
            "namespaced rules cannot apply to non-resource URLs"))
      }
      if !["apiGroups", "resources", "resourceNames"].allSatisfy(isEmpty) {
        errors.append(
          .invalid(
            "\(path).nonResourceURLs", paths,
            "rules cannot apply to both regular resources and non-resource URLs"))
      }
      return errors
    }
    if isEmpty("apiGroups") {
      errors.append(
        .required("\(path).apiGroups", "resource rules must supply at least one api group"))
    }
    if isEmpty("resources") {
      errors.append(
        .required("\(path).resources", "resource rules must supply at least one resource"))
    }
    return errors
  }

  static func bindingErrors(_ binding: Document, isClusterWide: Bool) -> [FieldError] {
    var errors: [FieldError] = []
    let kind = binding[path: "roleRef", "kind"]?.string ?? ""
    let kinds = isClusterWide ? ["ClusterRole"] : ["ClusterRole", "Role"]
    let apiGroup = binding[path: "roleRef", "apiGroup"]?.string ?? ""
    if apiGroup != group {
      errors.append(.notSupported("roleRef.apiGroup", apiGroup, [group]))
    }
    if !kinds.contains(kind) { errors.append(.notSupported("roleRef.kind", kind, kinds)) }
    if binding[path: "roleRef", "name"]?.string?.isEmpty ?? true {
      errors.append(.required("roleRef.name"))
    }
    errors += ReferenceRule.pathSegment(binding[path: "roleRef", "name"], at: "roleRef.name")
    for (position, subject) in (binding["subjects"] ?? .emptyArray).elements.enumerated() {
      errors += subjectErrors(subject, at: "subjects[\(position)]", isClusterWide: isClusterWide)
    }
    return errors
  }

  private static func subjectErrors(_ subject: Document, at path: String, isClusterWide: Bool)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    if subject["name"]?.string?.isEmpty ?? true { errors.append(.required("\(path).name")) }
    let kind = subject["kind"]?.string ?? ""
    let apiGroup = subject["apiGroup"]?.string ?? ""
    switch kind {
    case "ServiceAccount":
      errors += ReferenceRule.subdomain(subject["name"], at: "\(path).name")
      if subject["namespace"]?.string?.isEmpty ?? true, isClusterWide {
        errors.append(.required("\(path).namespace"))
      }
      if !apiGroup.isEmpty { errors.append(.notSupported("\(path).apiGroup", apiGroup, [""])) }
    case "User", "Group":
      if apiGroup != group { errors.append(.notSupported("\(path).apiGroup", apiGroup, [group])) }
    default:
      errors.append(
        .notSupported("\(path).kind", kind, ["ServiceAccount", "User", "Group"]))
    }
    return errors
  }

  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    if new["roleRef"] == old["roleRef"] { return [] }
    return [.invalid("roleRef", new["roleRef"], "cannot change roleRef")]
  }
}
