/// The rules of what makes pods: Deployments, ReplicaSets and the like.
enum WorkloadValidation {
  static func errors(_ object: Document, kind: String) -> [FieldError] {
    guard let spec = object["spec"] else { return [.required("spec")] }
    var errors: [FieldError] = []
    for member in [
      "replicas", "minReadySeconds", "revisionHistoryLimit", "parallelism", "completions",
      "backoffLimit", "ttlSecondsAfterFinished", "startingDeadlineSeconds",
      "successfulJobsHistoryLimit", "failedJobsHistoryLimit",
    ] {
      guard let value = spec[member], value.integer ?? 0 < 0 else { continue }
      errors.append(
        .invalid("spec.\(member)", value, "must be greater than or equal to 0"))
    }
    switch kind {
    case "CronJob":
      return errors
        + PodValidation.template(
          spec[path: "jobTemplate", "spec", "template"], at: "spec.jobTemplate.spec.template")
    case "ReplicationController", "Job": break
    default: errors += SelectorValidation.workloadErrors(spec, kind: kind.lowercased(), at: "spec")
    }
    errors += PodValidation.template(spec["template"], at: "spec.template")
    errors += restartPolicy(spec, kind)
    if kind == "Deployment" { errors += strategy(spec["strategy"]) }
    return errors
  }

  /// Pods of a Job end; pods of all others are started again.
  private static func restartPolicy(_ spec: Document, _ kind: String) -> [FieldError] {
    guard let policy = spec[path: "template", "spec", "restartPolicy"], let text = policy.string
    else { return [] }
    let allowed = kind == "Job" ? ["OnFailure", "Never"] : ["Always"]
    if allowed.contains(text) { return [] }
    return [.notSupported("spec.template.spec.restartPolicy", text, allowed)]
  }

  private static func strategy(_ strategy: Document?) -> [FieldError] {
    guard let strategy else { return [] }
    let place = "spec.strategy.rollingUpdate"
    guard let rolling = strategy["rollingUpdate"] else { return [] }
    if strategy["type"]?.string == "Recreate" {
      return [
        .forbidden(place, "may not be specified when strategy `type` is 'Recreate'")
      ]
    }
    var errors: [FieldError] = []
    for member in ["maxUnavailable", "maxSurge"] {
      errors += shareErrors(rolling[member], at: "\(place).\(member)")
    }
    if isZero(rolling["maxUnavailable"]) && isZero(rolling["maxSurge"]) {
      errors.append(
        .invalid(
          "\(place).maxUnavailable", rolling["maxUnavailable"],
          "may not be 0 when `maxSurge` is 0"))
    }
    return errors
  }

  /// A count or a percentage.
  static func shareErrors(_ share: Document?, at path: String) -> [FieldError] {
    guard let share else { return [] }
    if let count = share.integer {
      return count >= 0 ? [] : [.invalid(path, share, "must be greater than or equal to 0")]
    }
    let text = share.string ?? ""
    if text.hasSuffix("%"), UInt(text.dropLast()) != nil { return [] }
    return [
      .invalid(
        path, share,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or "
          + "'93%', regex used for validation is '[0-9]+%')")
    ]
  }

  private static func isZero(_ share: Document?) -> Bool {
    share?.integer == 0 || share?.string == "0%"
  }

  /// What a workload selects, and a Job's pods, stay as they are.
  static func changeErrors(_ new: Document, _ old: Document, kind: String) -> [FieldError] {
    guard let newSpec = new["spec"], let oldSpec = old["spec"] else { return [] }
    let fixed: [String]
    switch kind {
    case "Deployment", "ReplicaSet", "DaemonSet": fixed = ["selector"]
    case "StatefulSet": fixed = ["selector", "serviceName", "podManagementPolicy"]
    case "Job": fixed = ["selector", "completionMode", "podFailurePolicy"]
    default: fixed = []
    }
    return fixed.compactMap { member in
      guard newSpec[member] != oldSpec[member] else { return nil }
      return .invalid("spec.\(member)", newSpec[member], "field is immutable")
    }
  }
}
