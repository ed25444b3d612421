import Foundations

/// What may differ between a Service and its successor. Its addresses and their families stay as
/// long as it has addresses of the cluster's; a second family may come and go.
/// Source: Kubernetes documentation, "IPv4/IPv6 dual-stack"; upstream's messages.
enum ServiceChangeValidation {
  static func errors(_ new: Document, _ old: Document) -> [FieldError] {
    let (spec, before) = (new["spec"] ?? .emptyObject, old["spec"] ?? .emptyObject)
    return addressErrors(spec, before) + familyErrors(spec, before)
      + balancerErrors(spec, before)
  }

  private static func isExternal(_ spec: Document) -> Bool {
    spec["type"]?.string == "ExternalName"
  }

  private static func isHeadless(_ spec: Document) -> Bool {
    list(spec, "clusterIPs") == ["None"]
  }

  private static func list(_ spec: Document, _ member: String) -> [String] {
    (spec[member] ?? .emptyArray).elements.map { $0.string ?? "" }
  }

  private static func addressErrors(_ spec: Document, _ before: Document) -> [FieldError] {
    if isExternal(spec) || isExternal(before) || isHeadless(spec) && isHeadless(before) {
      return []
    }
    let (now, former) = (list(spec, "clusterIPs"), list(before, "clusterIPs"))
    func error(_ position: Int, _ detail: String) -> FieldError {
      .invalid("spec.clusterIPs[\(position)]", spec["clusterIPs"], detail)
    }
    if now.count == former.count {
      return now.indices.filter { now[$0] != former[$0] }.map {
        error($0, "may not change once set")
      }
    }
    var errors: [FieldError] = []
    if now.isEmpty { errors.append(error(0, "primary clusterIP can not be unset")) }
    if let first = now.first, let formerFirst = former.first, first != formerFirst {
      errors.append(error(0, "may not change once set"))
    }
    if now.count == 1, former.count > 1 { errors += releaseErrors(spec, "clusterIP") }
    return errors
  }

  private static func familyErrors(_ spec: Document, _ before: Document) -> [FieldError] {
    if isExternal(spec) || isExternal(before) || isHeadless(spec) || isHeadless(before) {
      return []
    }
    let (now, former) = (list(spec, "ipFamilies"), list(before, "ipFamilies"))
    func error(_ detail: String) -> FieldError {
      .invalid("spec.ipFamilies[0]", spec["ipFamilies"], detail)
    }
    if now.count == former.count {
      return now.indices.filter { now[$0] != former[$0] }.map { _ in
        error("may not change once set")
      }
    }
    var errors: [FieldError] = []
    if now.count < former.count, list(spec, "clusterIPs").isEmpty {
      errors.append(error("primary ipFamily can not be unset"))
    }
    if let first = now.first, let formerFirst = former.first, first != formerFirst {
      errors.append(error("may not change once set"))
    }
    if now.count == 1, former.count > 1 { errors += releaseErrors(spec, "ipFamily") }
    return errors
  }

  /// Who gives a second family up says that one is wanted.
  private static func releaseErrors(_ spec: Document, _ what: String) -> [FieldError] {
    if spec["ipFamilyPolicy"]?.string == "SingleStack" { return [] }
    return [
      .invalid(
        "spec.ipFamilyPolicy", spec["ipFamilyPolicy"],
        "must be set to 'SingleStack' when releasing the secondary \(what)")
    ]
  }

  private static func balancerErrors(_ spec: Document, _ before: Document) -> [FieldError] {
    let specs = [spec, before]
    guard specs.allSatisfy({ $0["type"]?.string == "LoadBalancer" }) else { return [] }
    var errors: [FieldError] = []
    if spec["loadBalancerClass"] != before["loadBalancerClass"] {
      errors.append(
        .invalid("spec.loadBalancerClass", spec["loadBalancerClass"], "may not change once set"))
    }
    if specs.allSatisfy({ $0["externalTrafficPolicy"]?.string == "Local" }),
      spec["healthCheckNodePort"]?.integer ?? 0 != before["healthCheckNodePort"]?.integer ?? 0
    {
      errors.append(.forbidden("spec.healthCheckNodePort", "field is immutable"))
    }
    return errors
  }
}
