import Foundations

/// The rules of what is written to the `status` of the built-in kinds, by whoever tells of it.
/// Source: upstream's `Validate…StatusUpdate`; its messages.
enum StatusValidation {
  /// - Parameter kind: of the object; others than built-in kinds have no rules here.
  static func errors(_ new: Document, replacing old: Document, _ kind: GroupVersionKind)
    -> [FieldError]
  {
    let status = new["status"] ?? .emptyObject
    let rules = StatusCounterRules.of(kind)
    return (rules?.errors(status, replacing: old["status"] ?? .emptyObject) ?? [])
      + kindErrors(new, status, replacing: old, kind)
  }

  private static func kindErrors(
    _ new: Document, _ status: Document, replacing old: Document, _ kind: GroupVersionKind
  ) -> [FieldError] {
    switch (kind.group, kind.kind) {
    case ("", "Pod"):
      PodChangeValidation.annotationErrors(new, old)
        + PodStatusValidation.errors(new, replacing: old)
    case ("", "Node"): NodeValidation.statusErrors(status)
    case ("", "Namespace"): NodeValidation.namespaceStatusErrors(new)
    case ("", "ResourceQuota"): QuotaValidation.statusErrors(status)
    case ("", "Service"): BalancerStatusValidation.errors(new, of: "Service")
    case ("networking.k8s.io", "Ingress"): BalancerStatusValidation.errors(new, of: "Ingress")
    case ("", "PersistentVolumeClaim"): ClaimStatusValidation.errors(status)
    case ("batch", "Job"): JobStatusValidation.errors(new, replacing: old)
    case ("policy", "PodDisruptionBudget"): ConditionValidation.errors(status["conditions"])
    case ("storage.k8s.io", "VolumeAttachment"): VolumeAttachmentValidation.statusErrors(status)
    case ("flowcontrol.apiserver.k8s.io", _):
      ConditionValidation.typeErrors(status["conditions"])
    default: []
    }
  }
}
