/// The rules of what makes pods: Deployments, ReplicaSets and the like.
enum WorkloadValidation {
  static func errors(_ object: Document, kind: String) -> [FieldError] {
    guard let spec = object["spec"] else { return [.required("spec")] }
    var errors: [FieldError] = []
    if kind == "Job" || kind == "CronJob" { errors += JobValidation.errors(object, kind: kind) }
    for member in [
      "replicas", "minReadySeconds", "revisionHistoryLimit", "parallelism", "completions",
      "backoffLimit", "ttlSecondsAfterFinished", "startingDeadlineSeconds",
      "progressDeadlineSeconds",
      "successfulJobsHistoryLimit", "failedJobsHistoryLimit",
    ] {
      // Of a StatefulSet any number is taken, as upstream does.
      if member == "revisionHistoryLimit", kind == "StatefulSet" { continue }
      guard let value = spec[member], value.integer ?? 0 < 0 else { continue }
      errors.append(
        .invalid("spec.\(member)", value, "must be greater than or equal to 0"))
    }
    switch kind {
    case "CronJob":
      return errors
        + PodValidation.template(
          spec[path: "jobTemplate", "spec", "template"], at: "spec.jobTemplate.spec.template")
    case "ReplicationController": errors += controllerErrors(spec)
    case "Job": break
    default: errors += SelectorValidation.workloadErrors(spec, kind: kind.lowercased(), at: "spec")
    }
    let claims = spec["volumeClaimTemplates"]?.elements.map { $0 } ?? []
    errors += PodValidation.template(
      spec["template"], claims: Set(claims.compactMap { $0[path: "metadata", "name"]?.string }),
      at: "spec.template")
    for (position, claim) in claims.enumerated() {
      // The volume that pods get for it.
      let place = "spec.template.spec.volumes[\(position)]"
      let name = claim[path: "metadata", "name"]
      if name?.string?.isEmpty ?? true {
        errors += [
          .required("\(place).name"), .required("\(place).persistentVolumeClaim.claimName"),
        ]
      }
      errors += ReferenceRule.label(name, at: "\(place).name")
      errors += StorageValidation.claimErrors(
        spec: claim["spec"] ?? .emptyObject, at: "spec.volumeClaimTemplates[\(position)].spec")
    }
    errors += restartPolicy(spec, kind)
    switch kind {
    case "Deployment": errors += strategy(spec["strategy"]) + progress(spec)
    case "DaemonSet": errors += daemonStrategy(spec["updateStrategy"])
    case "StatefulSet": errors += statefulErrors(spec)
    default: break
    }
    return errors
  }

  private static func statefulErrors(_ spec: Document) -> [FieldError] {
    var errors = ReferenceRule.label(spec["serviceName"], at: "spec.serviceName")
    for path in [["ordinals", "start"], ["updateStrategy", "rollingUpdate", "partition"]] {
      guard let value = spec.value(at: path), value.integer ?? 0 < 0 else { continue }
      errors.append(
        .invalid(
          "spec.\(path.joined(separator: "."))", value, "must be greater than or equal to 0"))
    }
    let policies = ["Retain", "Delete"]
    for member in ["whenDeleted", "whenScaled"] {
      let place = "persistentVolumeClaimRetentionPolicy"
      guard let policy = spec[path: place, member]?.string, !policies.contains(policy) else {
        continue
      }
      errors.append(.notSupported("spec.\(place).\(member)", policy, policies))
    }
    return errors
  }

  /// Replication controllers select by equality, and by what the template says where they say
  /// nothing.
  private static func controllerErrors(_ spec: Document) -> [FieldError] {
    guard let template = spec["template"] else { return [.required("spec.template")] }
    let selector = spec["selector"] ?? .emptyObject
    if selector.isEmpty { return [.required("spec.selector")] }
    let labels = template[path: "metadata", "labels"] ?? .emptyObject
    if selector.members.allSatisfy({ labels[$0.name] == $0.value }) { return [] }
    return [
      .invalid(
        "spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
    ]
  }

  private static func progress(_ spec: Document) -> [FieldError] {
    guard let deadline = spec["progressDeadlineSeconds"], let seconds = deadline.integer,
      seconds >= 0, seconds <= spec["minReadySeconds"]?.integer ?? 0
    else { return [] }
    return [
      .invalid(
        "spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
    ]
  }

  private static func daemonStrategy(_ strategy: Document?) -> [FieldError] {
    guard let rolling = strategy?["rollingUpdate"] else { return [] }
    let place = "spec.updateStrategy.rollingUpdate"
    var errors: [FieldError] = []
    for member in ["maxUnavailable", "maxSurge"] {
      errors += shareErrors(
        rolling[member], at: "\(place).\(member)", isBounded: member == "maxUnavailable")
    }
    let mayLose = rolling["maxUnavailable"] != nil && !isZero(rolling["maxUnavailable"])
    let mayAdd = rolling["maxSurge"] != nil && !isZero(rolling["maxSurge"])
    if mayLose && mayAdd {
      errors.append(
        .invalid(
          "\(place).maxSurge", rolling["maxSurge"],
          "may not be set when maxUnavailable is non-zero"))
    } else if !mayLose && !mayAdd {
      errors.append(.required("\(place).maxUnavailable", "cannot be 0 when maxSurge is 0"))
    }
    return errors
  }

  /// Pods of a Job end; pods of all others are started again.
  private static func restartPolicy(_ spec: Document, _ kind: String) -> [FieldError] {
    let deadline = spec[path: "template", "spec", "activeDeadlineSeconds"]
    if kind != "Job", deadline != nil {
      // Named after the kind that holds the pods in the end.
      let holder = kind == "Deployment" ? "ReplicaSet" : kind
      return [
        .forbidden(
          "spec.template.spec.activeDeadlineSeconds",
          "activeDeadlineSeconds in \(holder) is not Supported")
      ]
    }
    guard let policy = spec[path: "template", "spec", "restartPolicy"], let text = policy.string
    else { return [] }
    let allowed = kind == "Job" ? ["OnFailure", "Never"] : ["Always"]
    if allowed.contains(text) { return [] }
    if kind == "Job", text == "Always" {
      return [
        .required(
          "spec.template.spec.restartPolicy", #"valid values: "OnFailure", "Never""#)
      ]
    }
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
      errors += shareErrors(
        rolling[member], at: "\(place).\(member)", isBounded: member == "maxUnavailable")
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
  /// - Parameter isBounded: more than all makes no sense here.
  static func shareErrors(_ share: Document?, at path: String, isBounded: Bool = false)
    -> [FieldError]
  {
    guard let share else { return [] }
    if let count = share.integer {
      return count >= 0 ? [] : [.invalid(path, share, "must be greater than or equal to 0")]
    }
    let text = share.string ?? ""
    if text.hasSuffix("%"), let percent = UInt(text.dropLast()) {
      if !isBounded || percent <= 100 { return [] }
      return [.invalid(path, share, "must not be greater than 100%")]
    }
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

  /// What a workload selects its pods by stays, and a StatefulSet's identity.
  static func changeErrors(_ new: Document, _ old: Document, kind: String) -> [FieldError] {
    guard let newSpec = new["spec"], let oldSpec = old["spec"] else { return [] }
    switch kind {
    case "Deployment", "ReplicaSet", "DaemonSet":
      if newSpec["selector"] == oldSpec["selector"] { return [] }
      return [.invalid("spec.selector", newSpec["selector"], "field is immutable")]
    case "StatefulSet":
      if statefulIdentity(newSpec) == statefulIdentity(oldSpec) { return [] }
      return [
        .forbidden(
          "spec",
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
            + "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
            + "'minReadySeconds' are forbidden")
      ]
    case "Job": return JobValidation.changeErrors(new, old)
    default: return []
    }
  }

  private static func statefulIdentity(_ spec: Document) -> Document {
    var spec = spec
    for member in [
      "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
      "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
    ] {
      spec[member] = nil
    }
    return spec
  }
}
