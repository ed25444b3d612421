/// Whether an object may be stored: the schema's demands, the rules of `metadata`, and those of its
/// kind. Pure; an answer people expect, so it is returned, not thrown.
package enum ObjectValidation {
  /// - Parameters:
  ///   - new: what would be stored, defaults filled in.
  ///   - old: what it replaces; `nil` for a create.
  ///   - type: the schema's type of it; `nil` where there is none.
  ///   - subresource: what a write goes through; `status` leaves the desired state alone, and the
  ///     others may change what the object itself may not.
  /// - Returns: what is wrong, most general first; empty is good.
  package static func errors(
    in new: Document, replacing old: Document?, kind: GroupVersionKind, type: SchemaType?,
    subresource: String? = nil
  ) -> [FieldError] {
    let metadata = new["metadata"] ?? .emptyObject
    var errors = MetadataValidation.errors(in: metadata, old == nil ? .of(kind) : .any)
    if let old {
      errors += MetadataValidation.changeErrors(metadata, old["metadata"] ?? .emptyObject)
    }
    if subresource == "status" { return errors }
    if let type { errors += StructuralValidation.errors(in: new, as: type) }
    errors += kindErrors(new, kind)
    if let old, subresource == nil { errors += changeErrors(new, old, kind) }
    if let old, subresource == "resize", kind.kind == "Pod" {
      errors += PodResizeValidation.errors(new, old)
    }
    // The schema and the kind may both miss the same member.
    var seen: Set<FieldError> = []
    return errors.filter { seen.insert($0).inserted }
  }

  private static func kindErrors(_ object: Document, _ kind: GroupVersionKind) -> [FieldError] {
    switch (kind.group, kind.kind) {
    case ("", "Pod"): PodValidation.spec(object["spec"], at: "spec")
    case ("", "PodTemplate"): PodValidation.template(object["template"], at: "template")
    case ("", "Service"): ServiceValidation.errors(object)
    case ("", "ConfigMap"), ("", "Secret"):
      ConfigurationValidation.errors(object, kind: kind.kind)
    case ("", "ReplicationController"), ("apps", "Deployment"), ("apps", "ReplicaSet"),
      ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("batch", "Job"), ("batch", "CronJob"):
      WorkloadValidation.errors(object, kind: kind.kind)
    default: []
    }
  }

  private static func changeErrors(_ new: Document, _ old: Document, _ kind: GroupVersionKind)
    -> [FieldError]
  {
    switch (kind.group, kind.kind) {
    case ("", "Pod"): PodValidation.changeErrors(new, old)
    case ("", "ConfigMap"), ("", "Secret"):
      ConfigurationValidation.changeErrors(new, old, kind: kind.kind)
    case ("apps", _), ("batch", _):
      WorkloadValidation.changeErrors(new, old, kind: kind.kind)
    default: []
    }
  }
}
