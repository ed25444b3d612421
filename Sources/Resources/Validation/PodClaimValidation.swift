import Foundations

/// The rules of the devices' claims that a pod refers to.
/// Source: Kubernetes documentation, "Dynamic Resource Allocation"; upstream's messages.
enum PodClaimValidation {
  /// - Parameter pod: the pod's metadata; `nil` of a template.
  static func errors(_ spec: Document, of pod: Document?, at path: String) -> [FieldError] {
    let claims = spec["resourceClaims"] ?? .emptyArray
    if !claims.isEmpty, pod?[path: "annotations", PodAnnotationValidation.mirror] != nil {
      return [.forbidden("", "static pods do not support resource claims")]
    }
    var names: Set<String> = []
    return claims.elements.enumerated().flatMap { position, claim -> [FieldError] in
      let place = "\(path)[\(position)]"
      let name = claim["name"]?.string ?? ""
      var errors: [FieldError] = []
      if name.isEmpty {
        errors.append(.required("\(place).name"))
      } else if !names.insert(name).inserted {
        errors.append(.duplicate("\(place).name", claim["name"]))
      } else {
        errors += ReferenceRule.label(claim["name"], at: "\(place).name")
      }
      let members = ["resourceClaimName", "resourceClaimTemplateName"]
      let given = members.filter { claim[$0] != nil }
      if given.count != 1 {
        errors.append(
          .invalid(
            place, claim,
            given.isEmpty
              ? "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
              : "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
          ))
      }
      return errors
        + given.flatMap { member in
          ObjectName.problems(subdomain: claim[member]?.string ?? "").map {
            .invalid("\(place).\(member)", claim[member], $0)
          }
        }
    }
  }

  /// What a container takes of the pod's claims: whole ones, or single requests of them.
  /// - Parameter claims: the pod's.
  static func useErrors(_ uses: Document?, of claims: Document?, at path: String) -> [FieldError] {
    let known = Set((claims ?? .emptyArray).elements.compactMap { $0["name"]?.string })
    var seen: Set<[String]> = []
    return (uses ?? .emptyArray).elements.enumerated().flatMap { position, use -> [FieldError] in
      let place = "\(path)[\(position)]"
      let name = use["name"]?.string ?? ""
      if name.isEmpty { return [.required(place)] }
      let request = use["request"]?.string ?? ""
      var errors: [FieldError] = []
      if seen.contains([name, ""]) {
        errors.append(.duplicate(place, Document(name)))
      } else {
        errors += ReferenceRule.label(use["request"], at: "\(place).request")
        let overlaps = request.isEmpty && seen.contains { $0[0] == name }
        if overlaps || !seen.insert([name, request]).inserted {
          errors.append(
            .duplicate(place, Document(request.isEmpty ? name : "\(name)/\(request)")))
        }
        seen.insert([name, request])
      }
      return errors + unknown(name, known, at: place)
    }
  }

  private static func unknown(_ name: String, _ known: Set<String>, at path: String)
    -> [FieldError]
  {
    if known.contains(name) { return [] }
    let list = known.isEmpty ? " which is empty" : ": " + known.sorted().joined(separator: ", ")
    return [
      FieldError(
        path, .notFound(value: "\"\(name)\""),
        "must be one of the names in pod.spec.resourceClaims" + list)
    ]
  }
}
