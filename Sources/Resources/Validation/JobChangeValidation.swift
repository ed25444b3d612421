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
      + (spec["manualSelector"]?.bool == true ? [] : ownershipErrors(new, spec, before))
  }

  // MARK: Whose the pods are

  private static let prefix = "batch.kubernetes.io/"

  /// A Job that does not select its pods by a selector of its own selects them by its identity.
  private static func ownershipErrors(_ job: Document, _ spec: Document, _ before: Document)
    -> [FieldError]
  {
    let labels = spec[path: "template", "metadata", "labels"] ?? .emptyObject
    let mismatch = FieldError.invalid(
      "spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
    guard let selector = spec["selector"] else { return [.required("spec.selector"), mismatch] }
    let expected = expectedLabels(job, before)
    var errors = expected.flatMap { labelErrors(labels, $0.key, $0.value) }
    let problems = SelectorValidation.errors(selector, at: "spec.selector")
    errors += problems
    if !problems.isEmpty { return errors }
    if !SelectorValidation.matches(selector, Document(expected.map { ($0.key, $0.value) })) {
      errors.append(.invalid("spec.selector", selector, "`selector` not auto-generated"))
    }
    if !SelectorValidation.matches(selector, labels) { errors.append(mismatch) }
    return errors
  }

  /// Jobs from before the labels had a prefix do without that.
  private static func expectedLabels(_ job: Document, _ before: Document) -> [String: Document] {
    let values = [
      "controller-uid": job[path: "metadata", "uid"] ?? "",
      "job-name": job[path: "metadata", "name"] ?? "",
    ]
    let former = before[path: "template", "metadata", "labels"] ?? .emptyObject
    guard values.keys.allSatisfy({ former[prefix + $0] != nil }) else { return values }
    return values.merging(values.map { (prefix + $0.key, $0.value) }) { plain, _ in plain }
  }

  private static func labelErrors(_ labels: Document, _ name: String, _ expected: Document)
    -> [FieldError]
  {
    let place = "spec.template.metadata.labels[\(name)]"
    let detail = "must be '\(expected.string ?? "")'"
    guard let label = labels[name] else { return [.required(place, detail)] }
    return label == expected ? [] : [.invalid(place, labels, detail)]
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
