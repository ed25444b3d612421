/// The rules of controller revisions: what was once is not changed.
/// Source: Kubernetes API reference, "ControllerRevision"; upstream's messages.
enum RevisionValidation {
  /// - Parameter isNew: what replaces another is held to that one's data instead.
  static func errors(_ revision: Document, isNew: Bool) -> [FieldError] {
    var errors: [FieldError] = []
    if isNew, revision["data"] == nil { errors.append(.required("data", "data is mandatory")) }
    if let number = revision["revision"], number.integer ?? 0 < 0 {
      errors.append(.invalid("revision", number, "must be greater than or equal to 0"))
    }
    return errors
  }

  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    if new["data"] == old["data"] { return [] }
    return [.invalid("data", new["data"], "field is immutable")]
  }
}
