/// Whose the pods of a Job are: one that brings no selector of its own selects them by its identity,
/// which their labels have to tell.
/// Source: batch/v1 JobSpec, `manualSelector`; upstream's messages.
enum JobOwnershipValidation {
  private static let prefix = "batch.kubernetes.io/"

  /// - Parameter old: what is replaced; `nil` for a create.
  static func errors(_ job: Document, replacing old: Document?) -> [FieldError] {
    let spec = job["spec"] ?? .emptyObject
    if spec["manualSelector"]?.bool == true { return [] }
    let labels = spec[path: "template", "metadata", "labels"] ?? .emptyObject
    let mismatch = FieldError.invalid(
      "spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
    guard let selector = spec["selector"] else { return [.required("spec.selector"), mismatch] }
    let expected = expectedLabels(job, isPrefixed: old.map(hasPrefixedLabels) ?? true)
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

  private static func expectedLabels(_ job: Document, isPrefixed: Bool) -> [String: Document] {
    let values = [
      "controller-uid": job[path: "metadata", "uid"] ?? "",
      "job-name": job[path: "metadata", "name"] ?? "",
    ]
    if !isPrefixed { return values }
    return values.merging(values.map { (prefix + $0.key, $0.value) }) { plain, _ in plain }
  }

  /// Jobs from before the labels had a prefix do without that.
  private static func hasPrefixedLabels(_ job: Document) -> Bool {
    let labels = job[path: "spec", "template", "metadata", "labels"] ?? .emptyObject
    return ["controller-uid", "job-name"].allSatisfy { labels[prefix + $0] != nil }
  }

  private static func labelErrors(_ labels: Document, _ name: String, _ expected: Document)
    -> [FieldError]
  {
    let place = "spec.template.metadata.labels[\(name)]"
    let detail = "must be '\(expected.string ?? "")'"
    guard let label = labels[name] else { return [.required(place, detail)] }
    return label == expected ? [] : [.invalid(place, labels, detail)]
  }
}
