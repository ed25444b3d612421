import Foundations

/// What may differ between a claim and its successor. A bound claim may grow; what it was made for
/// stays. The volume's name comes with the binding, and a class once there is a default one.
/// Source: Kubernetes documentation, "Persistent Volumes", "Expanding Persistent Volumes Claims",
/// "Retroactive default StorageClass assignment"; upstream's messages.
enum ClaimChangeValidation {
  static func errors(_ new: Document, _ old: Document) -> [FieldError] {
    let (spec, before) = (new["spec"] ?? .emptyObject, old["spec"] ?? .emptyObject)
    var errors: [FieldError] = []
    if new.value(at: classAnnotation) != old.value(at: classAnnotation) {
      errors.append(
        .invalid(
          classAnnotation.joined(separator: "."), new.value(at: classAnnotation) ?? "",
          "field is immutable"))
    }
    // Upstream lets a bound claim ask for nothing, but not leave out what it asks for.
    let asksNothing = [spec, before].map { $0.value(at: ["resources", "requests"]) == nil }
    if asksNothing[0] != asksNothing[1]
      || !Document.haveSameMeaning(fixed(new, old), fixed(old, old, isOld: true))
    {
      errors.append(
        .forbidden(
          "spec",
          "spec is immutable after creation except resources.requests and "
            + "volumeAttributesClassName for bound claims"))
    }
    errors += amountErrors(spec, before, old["status"] ?? .emptyObject)
    if spec["volumeMode"] != before["volumeMode"] {
      errors.append(.invalid("volumeMode", spec["volumeMode"], "field is immutable"))
    }
    return errors + attributeErrors(spec, before, old["status"] ?? .emptyObject)
  }

  private static let classAnnotation = [
    "metadata", "annotations", StorageAnnotations.betaClass,
  ]

  /// A claim's spec without what may change.
  /// - Parameter old: the claim that is replaced.
  private static func fixed(_ claim: Document, _ old: Document, isOld: Bool = false) -> Document {
    var spec = claim["spec"] ?? .emptyObject
    if old[path: "status", "phase"]?.string == "Bound" {
      spec.set(nil, at: ["resources", "requests", "storage"])
      spec["volumeAttributesClassName"] = nil
    }
    if old[path: "spec", "volumeName"]?.string?.isEmpty ?? true { spec["volumeName"] = nil }
    guard !isOld, old[path: "spec", "storageClassName"] == nil else { return spec }
    let annotated = old.value(at: classAnnotation)
    if annotated == nil || annotated == spec["storageClassName"] { spec["storageClassName"] = nil }
    return spec
  }

  /// As long as the volume has not grown, a wish for more may be taken back.
  private static func amountErrors(_ spec: Document, _ before: Document, _ status: Document)
    -> [FieldError]
  {
    func amount(_ holder: Document, _ path: [String]) -> Quantity {
      holder.value(at: path)?.string.flatMap { try? Quantity(parsing: $0) } ?? .zero
    }
    let asked = ["resources", "requests", "storage"]
    let now = amount(spec, asked)
    guard now < amount(before, asked), now <= amount(status, ["capacity", "storage"]) else {
      return []
    }
    return [
      .forbidden(
        "spec.resources.requests.storage", "field can not be less than status.capacity")
    ]
  }

  /// A class of attributes that has taken effect gives way to another one only.
  private static func attributeErrors(_ spec: Document, _ before: Document, _ status: Document)
    -> [FieldError]
  {
    let member = "volumeAttributesClassName"
    guard spec[member] != before[member], status["currentVolumeAttributesClassName"] != nil,
      spec[member]?.string?.isEmpty ?? true
    else { return [] }
    let what = spec[member] == nil ? "nil" : "empty string"
    return [
      .forbidden(
        "spec.\(member)",
        "update to \(what) is forbidden when status.currentVolumeAttributesClassName is not nil")
    ]
  }
}
