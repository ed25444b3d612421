import Foundations

/// The rules of Jobs and CronJobs.
/// Source: Kubernetes documentation, "Jobs", "CronJob"; upstream's messages.
enum JobValidation {
  /// Names of Jobs end with eleven characters more than their CronJob's, and 63 is the end of all.
  private static let cronNameByteCountMax = 52

  static func errors(_ object: Document, kind: String) -> [FieldError] {
    let spec = object["spec"] ?? .emptyObject
    if kind == "CronJob" { return cronErrors(object, spec) }
    var errors = specErrors(spec, at: "spec") + hostnameErrors(object, spec)
    if spec["manualSelector"]?.bool == true {
      if spec["selector"] == nil { errors.append(.required("spec.selector")) }
      errors += SelectorValidation.workloadErrors(
        spec, kind: "job", isToldWhole: false, at: "spec")
    }
    return errors
  }

  /// The pod of the last index is named after the Job, and so is its host.
  private static func hostnameErrors(_ job: Document, _ spec: Document) -> [FieldError] {
    guard spec["completionMode"]?.string == "Indexed", let count = spec["completions"]?.integer,
      count > 0
    else { return [] }
    let name = job[path: "metadata", "name"]
    let hostname = "\(name?.string ?? "")-\(count - 1)"
    if ObjectName.problems(label: hostname).isEmpty { return [] }
    return [
      .invalid(
        "metadata.name", name ?? "",
        "will not able to create pod with invalid DNS label: \(hostname)")
    ]
  }

  private static let managerByteCountMax = 63
  private static let managedModes = ["NonIndexed", "Indexed"]

  private static func specErrors(_ spec: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    for member in [
      "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
      "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes",
    ] {
      guard let value = spec[member], value.integer ?? 0 < 0 else { continue }
      errors.append(.invalid("\(path).\(member)", value, "must be greater than or equal to 0"))
    }
    if spec["maxFailedIndexes"] != nil, spec["backoffLimitPerIndex"] == nil {
      errors.append(
        .required("\(path).backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    }
    if let manager = spec["managedBy"] {
      errors += ReferenceRule.domainPrefixedPath(manager, at: "\(path).managedBy")
      if manager.string?.utf8.count ?? 0 > managerByteCountMax {
        errors.append(.tooLong("\(path).managedBy", byteCountMax: managerByteCountMax))
      }
    }
    if let mode = spec["completionMode"]?.string, !managedModes.contains(mode) {
      errors.append(.notSupported("\(path).completionMode", mode, managedModes))
    }
    errors += JobIndexValidation.errors(spec, at: path)
    errors += JobPolicyValidation.errors(spec, at: path)
    errors += PodValidation.template(spec["template"], at: "\(path).template")
    return errors + restartErrors(spec, at: "\(path).template.spec.restartPolicy")
  }

  /// Pods of Jobs end.
  private static func restartErrors(_ spec: Document, at path: String) -> [FieldError] {
    let policy = spec[path: "template", "spec", "restartPolicy"]
    switch policy?.string ?? "Always" {
    case "Never": return []
    case "OnFailure" where spec["podFailurePolicy"] == nil: return []
    case "OnFailure":
      return [
        .invalid(path, policy, #"only "Never" is supported when podFailurePolicy is specified"#)
      ]
    case "Always", "": return [.required(path, #"valid values: "OnFailure", "Never""#)]
    case let text: return [.notSupported(path, text, ["OnFailure", "Never"])]
    }
  }

  private static func cronErrors(_ object: Document, _ spec: Document) -> [FieldError] {
    var errors: [FieldError] = []
    if let name = object[path: "metadata", "name"], let text = name.string,
      text.utf8.count > cronNameByteCountMax
    {
      errors.append(
        .invalid(
          "metadata.name", name, "must be no more than \(cronNameByteCountMax) characters"))
    }
    if let schedule = spec["schedule"], let text = schedule.string, !text.isEmpty {
      if text.contains("TZ") {
        errors.append(
          .invalid(
            "spec.schedule", schedule,
            "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"))
      } else if let problem = CronScheduleRule.problem(of: text) {
        errors.append(.invalid("spec.schedule", schedule, problem))
      }
    }
    if let zone = spec["timeZone"], let name = zone.string, TimeZoneRules(named: name) == nil {
      errors.append(.invalid("spec.timeZone", zone, "unknown time zone \(name)"))
    }
    let template = spec[path: "jobTemplate", "spec"] ?? .emptyObject
    errors += specErrors(template, at: "spec.jobTemplate.spec")
    if let selector = template["selector"] {
      errors.append(
        .invalid(
          "spec.jobTemplate.spec.selector", selector, "`selector` will be auto-generated"))
    }
    if template["manualSelector"]?.bool == true {
      errors.append(
        .notSupported("spec.jobTemplate.spec.manualSelector", "true", ["nil", "false"]))
    }
    return errors
  }
}
