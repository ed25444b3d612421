import Foundations

/// Whether a CustomResourceDefinition may be stored, in upstream's words.
/// Source: Kubernetes API reference, "CustomResourceDefinition"; Kubernetes documentation, "Extend the
/// Kubernetes API with CustomResourceDefinitions".
enum CustomDefinitionValidation {
  static func errors(_ definition: Document, replacing old: Document?) -> [FieldError] {
    var errors: [FieldError] = []
    let spec = definition["spec"] ?? .emptyObject
    let name = definition[path: "metadata", "name"]?.string ?? ""
    let group = spec["group"]?.string ?? ""
    let plural = spec[path: "names", "plural"]?.string ?? ""
    if old == nil && !name.isEmpty && name != "\(plural).\(group)" {
      errors.append(
        .invalid("metadata.name", Document(name), "must be spec.names.plural+\".\"+spec.group"))
    }
    errors += groupErrors(group)
    errors += scopeErrors(spec["scope"]?.string ?? "")
    errors += versionErrors(spec)
    errors += nameErrors(spec["names"] ?? .emptyObject)
    errors += conversionErrors(spec["conversion"])
    if spec["preserveUnknownFields"]?.bool == true {
      errors.append(
        .invalid(
          "spec.preserveUnknownFields", true,
          "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
            + "spec.versions[*].schema instead"))
    }
    errors += approvalErrors(definition, replacing: old, group)
    if let old { errors += changeErrors(definition, old) }
    errors += storedVersionErrors(definition)
    return errors
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

  // MARK: Names

  private static func nameErrors(_ names: Document) -> [FieldError] {
    var errors: [FieldError] = []
    let field = "spec.names"
    for member in ["plural", "singular", "kind", "listKind"] {
      let name = names[member]?.string ?? ""
      if name.isEmpty {
        errors.append(.required("\(field).\(member)"))
        continue
      }
      let isKind = member.lowercased().hasSuffix("kind")
      let problems = labelProblems(isKind ? name.lowercased() : name)
      guard !problems.isEmpty else { continue }
      let words = problems.joined(separator: ",")
      errors.append(
        .invalid(
          "\(field).\(member)", Document(name),
          isKind ? "may have mixed case, but should otherwise match: " + words : words))
    }
    for member in ["shortNames", "categories"] {
      for (position, name) in (names[member]?.elements.compactMap(\.string) ?? []).enumerated() {
        let problems = labelProblems(name)
        if problems.isEmpty { continue }
        errors.append(
          .invalid(
            "\(field).\(member)[\(position)]", Document(name), problems.joined(separator: ",")))
      }
    }
    if let kind = names["kind"]?.string, !kind.isEmpty, names["listKind"]?.string == kind {
      errors.append(
        .invalid("\(field).listKind", Document(kind), "kind and listKind may not be the same"))
    }
    return errors
  }

  /// A label that begins with a letter. Source: RFC 1035.
  private static func labelProblems(_ name: String) -> [String] {
    let problems = ObjectName.problems(label: name)
    guard problems.isEmpty, name.first.map({ ("a"..."z").contains($0) }) != true else {
      return problems
    }
    return [
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
        + "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
        + "'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
    ]
  }

  // MARK: Versions

  private static func versionErrors(_ spec: Document) -> [FieldError] {
    var errors: [FieldError] = []
    let versions = spec["versions"].map { Array($0.elements) } ?? []
    let names = versions.map { $0["name"]?.string ?? "" }
    for (position, version) in versions.enumerated() {
      let field = "spec.versions[\(position)]"
      let problems = labelProblems(names[position])
      if !problems.isEmpty {
        errors.append(
          .invalid("\(field).name", Document(names[position]), problems.joined(separator: ",")))
      }
      errors += CustomVersionValidation.errors(version, at: field)
    }
    let all = spec["versions"] ?? .emptyArray
    if Set(names).count != names.count {
      errors.append(.invalid("spec.versions", all, "must contain unique version names"))
    }
    if versions.count(where: { $0["storage"]?.bool == true }) != 1 {
      errors.append(
        .invalid("spec.versions", all, "must have exactly one version marked as storage version"))
    }
    return errors
  }

  // MARK: Conversion

  private static func conversionErrors(_ conversion: Document?) -> [FieldError] {
    guard let conversion else { return [] }
    let field = "spec.conversion"
    let strategy = conversion["strategy"]?.string ?? ""
    switch strategy {
    case "": return [.required("\(field).strategy")]
    case "None":
      return conversion["webhook"] == nil
        ? []
        : [.forbidden("\(field).webhook", "should not be set when strategy is not set to Webhook")]
    case "Webhook": return webhookErrors(conversion["webhook"], at: field)
    default: return [.notSupported("\(field).strategy", strategy, ["None", "Webhook"])]
    }
  }

  private static func webhookErrors(_ webhook: Document?, at field: String) -> [FieldError] {
    var errors: [FieldError] = []
    let client = webhook?["clientConfig"]
    if client == nil {
      errors.append(
        .required(
          "\(field).webhookClientConfig", "required when strategy is set to Webhook"))
    } else if (client?["url"] == nil) == (client?["service"] == nil) {
      errors.append(
        .required(
          "\(field).webhookClientConfig", "exactly one of url or service is required"))
    } else {
      errors += WebhookEndpointValidation.errors(client, at: "\(field).webhookClientConfig")
    }
    let versions = webhook?["conversionReviewVersions"]?.elements.compactMap(\.string) ?? []
    if versions.isEmpty {
      errors.append(.required("\(field).conversionReviewVersions"))
    } else if !versions.contains(where: ["v1", "v1beta1"].contains) {
      errors.append(
        .invalid(
          "\(field).conversionReviewVersions", Document(versions.map { Document($0) }),
          "must include at least one of v1, v1beta1"))
    }
    var seen: Set<String> = []
    for (position, version) in versions.enumerated() where !seen.insert(version).inserted {
      errors.append(
        .invalid(
          "\(field).conversionReviewVersions[\(position)]", Document(version),
          "duplicate version"))
    }
    return errors
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

  private static func storedVersionErrors(_ definition: Document) -> [FieldError] {
    let field = "status.storedVersions"
    let names =
      definition[path: "spec", "versions"]?.elements.compactMap { $0["name"]?.string } ?? []
    let stored = definition[path: "status", "storedVersions"]?.elements.compactMap(\.string) ?? []
    return stored.enumerated().compactMap { position, version in
      names.contains(version)
        ? nil
        : .invalid(
          "\(field)[\(position)]", Document(version),
          "missing from spec.versions; \(version) was previously a storage version, and must remain "
            + "in spec.versions until a storage migration ensures no data remains persisted in "
            + "\(version) and removes \(version) from status.storedVersions")
    }
  }

  /// Groups of the Kubernetes community are given out by it.
  /// Source: Kubernetes documentation, "API Overview", "api-approved.kubernetes.io".
  private static func approvalErrors(
    _ definition: Document, replacing old: Document?, _ group: String
  ) -> [FieldError] {
    let isProtected =
      group == "k8s.io" || group == "kubernetes.io" || group.hasSuffix(".k8s.io")
      || group.hasSuffix(".kubernetes.io")
    guard isProtected, old == nil else { return [] }
    let name = "api-approved.kubernetes.io"
    let field = "metadata.annotations[\(name)]"
    guard let value = definition[path: "metadata", "annotations"]?[name]?.string, !value.isEmpty
    else {
      return [
        .required(
          field,
          "protected groups must have approval annotation \"\(name)\", see "
            + "https://github.com/kubernetes/enhancements/pull/1111")
      ]
    }
    if value.hasPrefix("unapproved") || value.contains("://") { return [] }
    return [
      .invalid(
        field, Document(value),
        "protected groups must have approval annotation \"\(name)\" with either a URL or a reason "
          + "starting with \"unapproved\", see "
          + "https://github.com/kubernetes/enhancements/pull/1111")
    ]
  }
}
