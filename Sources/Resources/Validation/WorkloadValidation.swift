/// The rules of what makes pods: Deployments, ReplicaSets and the like.
enum WorkloadValidation {
  static func errors(_ object: Document, kind: String) -> [FieldError] {
    let spec = object["spec"] ?? .emptyObject
    var errors = countErrors(spec, kind)
    switch kind {
    case "Job", "CronJob": return errors + JobValidation.errors(object, kind: kind)
    case "ReplicationController":
      guard spec["template"] != nil else {
        return errors + [.required("spec.template")] + controllerErrors(spec)
      }
      errors += controllerErrors(spec)
    default:
      errors += SelectorValidation.workloadErrors(
        spec, kind: kind.lowercased(), isToldWhole: kind != "DaemonSet", at: "spec")
    }
    errors += PodValidation.template(
      kind == "StatefulSet" ? templateWithClaims(spec) : spec["template"], at: "spec.template")
    errors += restartPolicy(spec, kind)
    switch kind {
    case "Deployment": errors += strategy(spec["strategy"]) + progress(spec)
    case "DaemonSet": errors += daemonStrategy(spec["updateStrategy"])
    case "StatefulSet": errors += statefulErrors(spec)
    default: break
    }
    return errors
  }

  private static func countErrors(_ spec: Document, _ kind: String) -> [FieldError] {
    let members = [
      "replicas", "minReadySeconds", "revisionHistoryLimit", "startingDeadlineSeconds",
      "progressDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit",
    ]
    return members.compactMap { member in
      // Of a StatefulSet any number is taken, as upstream does.
      if member == "revisionHistoryLimit", kind == "StatefulSet" { return nil }
      guard let value = spec[member], value.integer ?? 0 < 0 else { return nil }
      return .invalid("spec.\(member)", value, "must be greater than or equal to 0")
    }
  }

  /// A set's template as its pods get it: with a volume for each claim, in place of one of that name,
  /// and without names that the set gives out.
  private static func templateWithClaims(_ spec: Document) -> Document {
    var template = spec["template"] ?? .emptyObject
    let claims = (spec["volumeClaimTemplates"] ?? .emptyArray).elements.map {
      $0[path: "metadata", "name"] ?? ""
    }
    var seen: Set<Document> = []
    let names = claims.filter { seen.insert($0).inserted }
    template.edit("spec") { pod in
      pod["hostname"] = nil
      pod["subdomain"] = nil
      guard !names.isEmpty else { return }
      let own = (pod["volumes"] ?? .emptyArray).elements.filter { !seen.contains($0["name"] ?? "") }
      pod["volumes"] = Document(
        names.map { ["name": $0, "persistentVolumeClaim": ["claimName": $0]] } + own)
    }
    return template
  }

  private static func statefulErrors(_ spec: Document) -> [FieldError] {
    var errors = ReferenceRule.label(spec["serviceName"], at: "spec.serviceName")
    if let start = spec[path: "ordinals", "start"], start.integer ?? 0 < 0 {
      errors.append(.invalid("spec.ordinals.start", start, "must be greater than or equal to 0"))
    }
    for (position, claim) in (spec["volumeClaimTemplates"] ?? .emptyArray).elements.enumerated() {
      errors += StorageValidation.claimErrors(
        spec: claim["spec"] ?? .emptyObject, at: "spec.volumeClaimTemplates[\(position)].spec")
    }
    if let policy = spec["podManagementPolicy"],
      !["OrderedReady", "Parallel"].contains(policy.string ?? "")
    {
      errors.append(
        .invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"))
    }
    errors += statefulStrategy(spec["updateStrategy"], at: "spec.updateStrategy")
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

  private static func statefulStrategy(_ strategy: Document?, at path: String) -> [FieldError] {
    guard let strategy else { return [] }
    let rolling = strategy["rollingUpdate"]
    let place = "\(path).rollingUpdate"
    switch strategy["type"]?.string {
    case "RollingUpdate":
      guard let partition = rolling?["partition"], partition.integer ?? 0 < 0 else { return [] }
      return [.invalid("\(place).partition", partition, "must be greater than or equal to 0")]
    case "OnDelete":
      guard let rolling else { return [] }
      return [.invalid(place, rolling, "only allowed for updateStrategy 'RollingUpdate'")]
    default: return [.invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'")]
    }
  }

  /// Replication controllers select by equality, and by what the template says where they say
  /// nothing.
  private static func controllerErrors(_ spec: Document) -> [FieldError] {
    let selector = spec["selector"] ?? .emptyObject
    if selector.isEmpty { return [.required("spec.selector")] }
    guard let template = spec["template"] else { return [] }
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
    guard let strategy else { return [] }
    let types = ["OnDelete", "RollingUpdate"]
    let type = strategy["type"]?.string ?? ""
    guard types.contains(type) else { return [.notSupported("spec.updateStrategy", type, types)] }
    guard type == "RollingUpdate", let rolling = strategy["rollingUpdate"] else { return [] }
    let place = "spec.updateStrategy.rollingUpdate"
    var errors: [FieldError] = []
    for member in ["maxUnavailable", "maxSurge"] {
      errors += shareErrors(rolling[member], at: "\(place).\(member)", isBounded: true)
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

  /// Pods of workloads are started again, whatever they end with, and have no end set.
  private static func restartPolicy(_ spec: Document, _ kind: String) -> [FieldError] {
    let pod = spec[path: "template", "spec"]
    var errors: [FieldError] = []
    if let policy = pod?["restartPolicy"]?.string, policy != "Always" {
      errors.append(.notSupported("spec.template.spec.restartPolicy", policy, ["Always"]))
    }
    if pod?["activeDeadlineSeconds"] != nil {
      // Named after the kind that holds the pods in the end.
      let holder = kind == "Deployment" ? "ReplicaSet" : kind
      errors.append(
        .forbidden(
          "spec.template.spec.activeDeadlineSeconds",
          "activeDeadlineSeconds in \(holder) is not Supported"))
    }
    return errors
  }

  private static func strategy(_ strategy: Document?) -> [FieldError] {
    guard let strategy else { return [] }
    let types = ["Recreate", "RollingUpdate"]
    let type = strategy["type"]?.string ?? ""
    guard types.contains(type) else { return [.notSupported("spec.strategy", type, types)] }
    let place = "spec.strategy.rollingUpdate"
    guard let rolling = strategy["rollingUpdate"] else { return [] }
    if type == "Recreate" {
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
    share?.integer == 0
      || (share?.string).map { $0.hasSuffix("%") && Int($0.dropLast()) == 0 } ?? false
  }

  /// What a workload selects its pods by stays, and a StatefulSet's identity.
  static func changeErrors(_ new: Document, _ old: Document, kind: String) -> [FieldError] {
    guard let newSpec = new["spec"], let oldSpec = old["spec"] else { return [] }
    switch kind {
    case "Deployment", "ReplicaSet", "DaemonSet":
      if Document.haveSameMeaning(newSpec["selector"], oldSpec["selector"]) { return [] }
      return [.invalid("spec.selector", newSpec["selector"], "field is immutable")]
    case "StatefulSet":
      if Document.haveSameMeaning(statefulIdentity(newSpec), statefulIdentity(oldSpec)) {
        return []
      }
      return [
        .forbidden(
          "spec",
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
            + "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
            + "'minReadySeconds' are forbidden")
      ]
    case "Job": return JobChangeValidation.errors(new, old)
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
