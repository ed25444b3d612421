import Foundations

/// The rules of `metadata`, which all kinds share.
/// Source: Kubernetes documentation, "Object Names and IDs", "Labels and Selectors", "Annotations".
package enum MetadataValidation {
  package static let nameRequired = FieldError.required(
    "metadata.name", "name or generateName is required")

  /// Of all annotations of an object together, their names included.
  static let annotationsByteCountMax = 256 * 1024

  /// - Parameter isPlain: of a kind that is not among Kubernetes' own: it may invent finalizers.
  static func errors(in metadata: Document, _ names: NameRule, isPlain: Bool = false)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    if let name = metadata["name"], let text = name.string, !text.isEmpty {
      errors += names.problems(text).map { .invalid("metadata.name", name, $0) }
    }
    if let prefix = metadata["generateName"], let text = prefix.string, !text.isEmpty {
      // What is appended is plain: a dash may stand before it.
      let stem = text.hasSuffix("-") ? String(text.dropLast()) + "a" : text
      errors += names.problems(stem).map { .invalid("metadata.generateName", prefix, $0) }
    }
    if let namespace = metadata["namespace"], let text = namespace.string, !text.isEmpty {
      errors += ObjectName.problems(label: text).map {
        .invalid("metadata.namespace", namespace, $0)
      }
    }
    errors += labels(metadata["labels"], at: "metadata.labels")
    errors += annotations(metadata["annotations"], at: "metadata.annotations")
    errors += finalizers(metadata["finalizers"], isPlain)
    errors += owners(metadata["ownerReferences"])
    return errors
  }

  static func labels(_ labels: Document?, at field: String) -> [FieldError] {
    guard let labels else { return [] }
    return labels.members.flatMap { name, value in
      ObjectName.problems(qualifiedName: name).map { .invalid(field, Document(name), $0) }
        + ObjectName.problems(labelValue: value.string ?? "").map { .invalid(field, value, $0) }
    }
  }

  static func annotations(_ annotations: Document?, at field: String) -> [FieldError] {
    guard let annotations else { return [] }
    var errors: [FieldError] = []
    var byteCount = 0
    for (name, value) in annotations.members {
      // Prefixes of annotations may be upper case, as early ones were.
      errors += ObjectName.problems(qualifiedName: name.lowercased())
        .map { .invalid(field, Document(name), $0) }
      byteCount += name.utf8.count + (value.stringBytes?.count ?? 0)
    }
    if byteCount > annotationsByteCountMax {
      errors.append(.tooLong(field, byteCountMax: annotationsByteCountMax))
    }
    return errors
  }

  private static func finalizers(_ finalizers: Document?, _ isPlain: Bool) -> [FieldError] {
    guard let finalizers else { return [] }
    let errors = finalizers.elements.enumerated().flatMap { position, finalizer in
      finalizerErrors(
        finalizer, at: "metadata.finalizers",
        named: isPlain ? nil : "metadata.finalizers[\(position)]")
    }
    // Dependents are left or deleted, not both.
    let names = Set(finalizers.elements.compactMap(\.string))
    guard names.isSuperset(of: ["orphan", "foregroundDeletion"]) else { return errors }
    return errors + [
      .invalid(
        "metadata.finalizers", finalizers,
        "finalizer orphan and foregroundDeletion cannot be both set")
    ]
  }

  private static let standardFinalizers: Set<String> = [
    "kubernetes", "orphan", "foregroundDeletion",
  ]

  /// - Parameter named: the field that a name of nobody's is told of; `nil` where there may be such.
  static func finalizerErrors(_ finalizer: Document, at path: String, named: String?)
    -> [FieldError]
  {
    let text = finalizer.string ?? ""
    var errors = ObjectName.problems(qualifiedName: text).map {
      FieldError.invalid(path, finalizer, $0)
    }
    if let named, !text.contains("/"), !standardFinalizers.contains(text) {
      errors.append(
        .invalid(
          named, finalizer, "name is neither a standard finalizer name nor is it fully qualified"))
    }
    return errors
  }

  private static func owners(_ owners: Document?) -> [FieldError] {
    guard let owners else { return [] }
    var errors: [FieldError] = []
    var controller: String?
    for owner in owners.elements {
      let field = "metadata.ownerReferences"
      for member in ["apiVersion", "kind", "name", "uid"]
      where owner[member]?.string?.isEmpty ?? true {
        errors.append(
          .invalid(
            "\(field).\(member)", owner[member] ?? "",
            member == "apiVersion" ? "version must not be empty" : "must not be empty"))
      }
      // Events go when their time is over, whatever they would own.
      if owner["apiVersion"]?.string == "v1", owner["kind"]?.string == "Event" {
        errors.append(
          .invalid(field, owner, "/v1, Kind=Event is disallowed from being an owner"))
      }
      guard owner["controller"]?.bool == true else { continue }
      let name = "\(owner["kind"]?.string ?? "")/\(owner["name"]?.string ?? "")"
      if let controller {
        errors.append(
          .invalid(
            field, owners,
            "Only one reference can have Controller set to true. Found \"true\" in references for "
              + "\(controller) and \(name)"))
      }
      controller = controller ?? name
    }
    return errors
  }

  /// What an update may not change.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    var fixed: [FieldError] = ["name", "namespace", "uid", "creationTimestamp"].compactMap {
      member in
      guard let value = new[member], value != old[member] else { return nil }
      return .invalid("metadata.\(member)", value, "field is immutable")
    }
    for member in ["deletionTimestamp", "deletionGracePeriodSeconds"] {
      guard let value = new[member], value != old[member] else { continue }
      fixed.append(
        .invalid(
          "metadata.\(member)", value, "field is immutable; may only be changed via deletion"))
    }
    if old["deletionTimestamp"] == nil { return fixed }
    // What is on its way out is held by nobody new.
    let known = Set((old["finalizers"] ?? .emptyArray).elements.compactMap(\.string))
    let added = (new["finalizers"] ?? .emptyArray).elements.compactMap(\.string)
      .filter { !known.contains($0) }
    if added.isEmpty { return fixed }
    let list = added.map { "\"\($0)\"" }.joined(separator: ", ")
    return fixed + [
      .forbidden(
        "metadata.finalizers",
        "no new finalizers can be added if the object is being deleted, found new finalizers "
          + "[]string{\(list)}")
    ]
  }
}
