import Foundations

/// What may differ between a Job and its successor. How its work is counted stays; where its pods run
/// and what they get may change while it is suspended and none of them runs.
/// Source: Kubernetes documentation, "Jobs", "Mutable Scheduling Directives"; upstream's messages.
enum JobChangeValidation {
  private static let fixed = [
    "selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy",
    "successPolicy",
  ]

  static func errors(_ new: Document, _ old: Document) -> [FieldError] {
    guard let spec = new["spec"], let before = old["spec"] else { return [] }
    let fixedErrors = fixed.compactMap { member -> FieldError? in
      if Document.haveSameMeaning(spec[member], before[member]) { return nil }
      return .invalid("spec.\(member)", spec[member], "field is immutable")
    }
    return fixedErrors + completionErrors(spec, before)
      + templateErrors(spec, before, isMovable: isMovable(old))
      + JobOwnershipValidation.errors(new, replacing: old)
  }

  // MARK: What stays

  /// An indexed Job grows and shrinks by completions and parallelism together.
  private static func completionErrors(_ spec: Document, _ before: Document) -> [FieldError] {
    if spec["completions"] == before["completions"] { return [] }
    let place = "spec.completions"
    if spec["completionMode"]?.string != "Indexed" {
      return [.invalid(place, spec["completions"], "field is immutable")]
    }
    if spec["completions"] == nil || spec["completions"] == spec["parallelism"] { return [] }
    return [
      .invalid(
        place, spec["completions"], "can only be modified in tandem with spec.parallelism")
    ]
  }

  private static func isMovable(_ job: Document) -> Bool {
    let isHalted =
      job[path: "status", "startTime"] == nil
      || (job[path: "status", "conditions"] ?? .emptyArray).elements.contains {
        $0["type"]?.string == "Suspended" && $0["status"]?.string == "True"
      }
    return job[path: "spec", "suspend"]?.bool == true && isHalted
      && job[path: "status", "active"]?.integer ?? 0 == 0
  }

  private static func templateErrors(_ spec: Document, _ before: Document, isMovable: Bool)
    -> [FieldError]
  {
    let templates = [spec, before].map { ($0["template"] ?? .emptyObject) }
    if !isMovable {
      if Document.haveSameMeaning(templates[0], templates[1]) { return [] }
      return [.invalid("spec.template", templates[0], "field is immutable")]
    }
    // Of the template's metadata nothing is fixed while its pods can be moved.
    let pods = templates.map { fixedPod($0["spec"] ?? .emptyObject) }
    if Document.haveSameMeaning(pods[0], pods[1]) { return [] }
    return [.invalid("spec.template.spec", templates[0]["spec"], "field is immutable")]
  }

  /// A pod without what says where it runs and what it gets.
  private static func fixedPod(_ spec: Document) -> Document {
    var spec = spec
    for member in ["nodeSelector", "tolerations", "schedulingGates"] { spec[member] = nil }
    spec.set(nil, at: ["affinity", "nodeAffinity"])
    for list in ["containers", "initContainers"] {
      spec.edit(list) { $0.editElements { $0["resources"] = nil } }
    }
    return spec
  }
}
