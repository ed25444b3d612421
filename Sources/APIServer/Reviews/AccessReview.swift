import Foundations
import Resources

/// The question of an access review, read from its object. Pure.
/// Source: authorization.k8s.io/v1 SubjectAccessReview and its kin; the messages are upstream's.
struct AccessReview {
  enum Kind: String {
    case user = "SubjectAccessReview"
    case local = "LocalSubjectAccessReview"
    case own = "SelfSubjectAccessReview"
  }

  let attributes: AccessAttributes
  /// What could not be taken into account.
  private(set) var evaluationErrors: [String] = []

  /// - Parameters:
  ///   - namespace: of the URL; `nil` for reviews outside namespaces.
  ///   - caller: who is meant where the review is of oneself.
  /// - Throws: 422 for what the review may not hold.
  init(_ review: Document, kind: Kind, in namespace: String?, caller: User) throws(APIError) {
    let errors = Self.errors(in: review, kind, namespace)
    guard errors.isEmpty else {
      let type = ResourceType(
        group: "authorization.k8s.io", plural: "", kind: kind.rawValue, isNamespaced: false)
      throw .invalid(type, "", errors.map(\.cause))
    }
    let spec = review["spec"] ?? .emptyObject
    let user = kind == .own ? caller : Self.user(spec)
    if let path = spec["nonResourceAttributes"] {
      var attributes = AccessAttributes(user: user, verb: path["verb"]?.string ?? "")
      attributes.path = path["path"]?.string ?? ""
      self.attributes = attributes
      return
    }
    let asked = spec["resourceAttributes"] ?? .emptyObject
    func text(_ name: String) -> String { asked[name]?.string ?? "" }
    var attributes = AccessAttributes(user: user, verb: text("verb"))
    attributes.group = text("group")
    attributes.version = asked["version"]?.string ?? "*"
    attributes.resource = text("resource")
    attributes.subresource = text("subresource")
    attributes.namespace = text("namespace")
    attributes.name = text("name")
    if let selector = asked["fieldSelector"] {
      let (requirements, isWhole) = Self.requirements(selector)
      attributes.fieldRequirements = requirements
      if !isWhole {
        let extent = requirements.isEmpty ? "ignored" : "partially ignored"
        evaluationErrors.append(
          "spec.resourceAttributes.fieldSelector \(extent) due to parse error")
      }
    }
    self.attributes = attributes
  }

  private static func user(_ spec: Document) -> User {
    var extra: [String: [String]] = [:]
    for (key, values) in (spec["extra"] ?? .emptyObject).members {
      extra[key] = values.elements.compactMap(\.string)
    }
    return User(
      name: spec["user"]?.string ?? "", uid: spec["uid"]?.string ?? "",
      groups: spec["groups"]?.elements.compactMap(\.string) ?? [], extra: extra)
  }

  /// What a selector demands, and whether that is all of it: with less, more is asked for.
  private static func requirements(_ selector: Document) -> ([FieldSelector.Requirement], Bool) {
    if let raw = selector["rawSelector"]?.string, !raw.isEmpty {
      guard let parsed = try? FieldSelector(parsing: raw) else { return ([], false) }
      return (parsed.requirements, true)
    }
    var found: [FieldSelector.Requirement] = []
    var isWhole = true
    for requirement in (selector["requirements"] ?? .emptyArray).elements {
      let values = requirement["values"]?.elements.compactMap(\.string) ?? []
      let operation = requirement["operator"]?.string ?? ""
      guard values.count == 1, ["In", "NotIn"].contains(operation) else {
        isWhole = false
        continue
      }
      found.append(
        FieldSelector.Requirement(
          field: requirement["key"]?.string ?? "", value: values[0],
          isNegated: operation == "NotIn"))
    }
    return (found, isWhole)
  }

  // MARK: Validation

  private static func errors(in review: Document, _ kind: Kind, _ namespace: String?)
    -> [FieldError]
  {
    let spec = review["spec"] ?? .emptyObject
    let (resource, path) = (spec["resourceAttributes"], spec["nonResourceAttributes"])
    var errors: [FieldError] = []
    if resource != nil, path != nil {
      errors.append(
        .invalid(
          "spec.nonResourceAttributes", path,
          "cannot be specified in combination with resourceAttributes"))
    }
    if resource == nil, path == nil {
      errors.append(
        .invalid(
          "spec.resourceAttributes", nil,
          "exactly one of nonResourceAttributes or resourceAttributes must be specified"))
    }
    if kind != .own, spec["user"]?.string?.isEmpty ?? true, spec["groups"]?.isEmpty ?? true {
      errors.append(.invalid("spec.user", "", "at least one of user or group must be specified"))
    }
    guard kind == .local, let namespace else { return errors }
    if let resource, resource["namespace"]?.string ?? "" != namespace {
      errors.append(
        .invalid(
          "spec.resourceAttributes.namespace", resource["namespace"] ?? "",
          "must match metadata.namespace"))
    }
    if path != nil {
      errors.append(
        .invalid("spec.nonResourceAttributes", path, "disallowed on this kind of request"))
    }
    return errors
  }
}
