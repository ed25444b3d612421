import Foundations

/// Whether a CustomResourceDefinition may be stored, in upstream's words.
/// Source: Kubernetes API reference, "CustomResourceDefinition"; Kubernetes documentation, "Extend the
/// Kubernetes API with CustomResourceDefinitions"; apiextensions-apiserver
/// `pkg/apis/apiextensions/validation`.
enum CustomDefinitionValidation {
  static func errors(_ definition: Document, replacing old: Document?) -> [FieldError] {
    let spec = definition["spec"] ?? .emptyObject
    var errors = old == nil ? ownNameErrors(definition, spec) : []
    errors += groupErrors(spec["group"]?.string ?? "")
    errors += scopeErrors(spec["scope"]?.string ?? "")
    errors += versionErrors(spec, ItemDemands(replacing: old))
    errors += CustomNamesValidation.errors(spec["names"] ?? .emptyObject)
    errors += CustomConversionValidation.errors(spec, replacing: old?["spec"])
    errors += StoredVersionRule.errors(definition)
    errors += CommunityGroupRule.errors(definition, replacing: old)
    if old?[path: "spec", "preserveUnknownFields"]?.bool != true {
      errors += preservationErrors(spec)
    }
    if let old { errors += changeErrors(definition, old) }
    return errors
  }

  private static func ownNameErrors(_ definition: Document, _ spec: Document) -> [FieldError] {
    let name = definition[path: "metadata", "name"]?.string ?? ""
    let plural = spec[path: "names", "plural"]?.string ?? ""
    if name.isEmpty || name == "\(plural).\(spec["group"]?.string ?? "")" { return [] }
    return [.invalid("metadata.name", Document(name), "must be spec.names.plural+\".\"+spec.group")]
  }

  private static func groupErrors(_ group: String) -> [FieldError] {
    if group.isEmpty { return [.required("spec.group")] }
    let problems = ObjectName.problems(subdomain: group)
    if !problems.isEmpty {
      return [.invalid("spec.group", Document(group), problems.joined(separator: ","))]
    }
    return group.contains(".")
      ? [] : [.invalid("spec.group", Document(group), "should be a domain with at least one dot")]
  }

  private static func scopeErrors(_ scope: String) -> [FieldError] {
    if scope.isEmpty { return [.required("spec.scope")] }
    return ["Cluster", "Namespaced"].contains(scope)
      ? [] : [.notSupported("spec.scope", scope, ["Cluster", "Namespaced"])]
  }

  // MARK: Versions

  private static func versionErrors(_ spec: Document, _ demands: ItemDemands) -> [FieldError] {
    let versions = spec["versions"].map { Array($0.elements) } ?? []
    let validation = CustomVersionValidation(versions, demands)
    var errors: [FieldError] = []
    for (position, version) in versions.enumerated() {
      errors += CustomNamesValidation.labelErrors(
        version["name"]?.string ?? "", at: "spec.versions[\(position)].name")
      errors += validation.errors(in: version, at: position)
    }
    // The first version is the one that upstream knows as the version of all.
    if let first = versions.first?["name"]?.string, !first.isEmpty {
      errors += CustomNamesValidation.labelErrors(first, at: "spec.version")
    }
    return errors + storageErrors(versions)
  }

  private static func storageErrors(_ versions: [Document]) -> [FieldError] {
    var errors: [FieldError] = []
    if Set(versions.map { $0["name"]?.string ?? "" }).count != versions.count {
      errors.append(
        .invalid("spec.versions", Document(versions), "must contain unique version names"))
    }
    if versions.count(where: { $0["storage"]?.bool == true }) != 1 {
      errors.append(
        .invalid(
          "spec.versions", Document(versions),
          "must have exactly one version marked as storage version"))
    }
    return errors
  }

  private static func preservationErrors(_ spec: Document) -> [FieldError] {
    guard spec["preserveUnknownFields"]?.bool == true else { return [] }
    return [
      .invalid(
        "spec.preserveUnknownFields", true,
        "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
          + "spec.versions[*].schema instead")
    ]
  }

  // MARK: Changes

  private static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    var fixed = [["spec", "group"], ["spec", "names", "plural"]]
    if CustomConditions(old[path: "status", "conditions"]).isTrue("Established") {
      fixed += [["spec", "scope"], ["spec", "names", "kind"]]
    }
    return fixed.compactMap { path in
      new.value(at: path) == old.value(at: path)
        ? nil
        : .invalid(path.joined(separator: "."), new.value(at: path), "field is immutable")
    }
  }
}
