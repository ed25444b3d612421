import CEL
import Resources

/// What validating policies have to tell the audit log of one write.
/// Source: upstream's annotations.
struct PolicyNotes {
  private var failures = Document.emptyArray
  /// By policy and key; several bindings may have different values.
  private var annotations: [(key: String, values: [String])] = []

  /// A binding wants to have it written down that its policy refused.
  mutating func add(
    _ refused: ValidatingPolicy.Refusal, _ policy: String, _ binding: PolicyBinding
  ) {
    var failure: Document = [
      "message": Document(refused.message), "policy": Document(policy),
      "binding": Document(binding.name),
    ]
    if let position = refused.position { failure["expressionIndex"] = Document(position) }
    failure["validationActions"] = Document(binding.actions.sorted().map { Document($0) })
    failures.append(failure)
  }

  mutating func add(_ outcome: ValidatingPolicy.Outcome, _ policy: String) {
    for (name, value) in outcome.auditAnnotations.sorted(by: { $0.key < $1.key }) {
      let key = "\(policy)/\(name)"
      guard let place = annotations.firstIndex(where: { $0.key == key }) else {
        annotations.append((key, [value]))
        continue
      }
      if !annotations[place].values.contains(value) { annotations[place].values.append(value) }
    }
  }

  func tell(_ audit: AuditTrail) {
    if !failures.isEmpty {
      audit.annotate("validation.policy.admission.k8s.io/validation_failure", failures.jsonText)
    }
    for (key, values) in annotations { audit.annotate(key, values.joined(separator: ", ")) }
  }
}
