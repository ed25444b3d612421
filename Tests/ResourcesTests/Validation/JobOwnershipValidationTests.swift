import Resources
import Testing

@Suite("Whose a Job's pods are")
struct JobOwnershipValidationTests {
  private let kind = GroupVersionKind(apiVersion: "batch/v1", kind: "Job")

  private func job(_ labels: Document, selecting uid: Document = "u") -> Document {
    [
      "apiVersion": "batch/v1", "kind": "Job",
      "metadata": ["name": "j", "namespace": "default", "uid": "u"],
      "spec": [
        "selector": ["matchLabels": ["batch.kubernetes.io/controller-uid": uid]],
        "template": [
          "metadata": ["labels": labels],
          "spec": [
            "containers": [["name": "a", "image": "x"]], "restartPolicy": "Never",
          ],
        ],
      ],
    ]
  }

  private let labels: Document = [
    "controller-uid": "u", "job-name": "j", "batch.kubernetes.io/controller-uid": "u",
    "batch.kubernetes.io/job-name": "j",
  ]

  private func causes(_ job: Document) -> Set<String> {
    Set(
      ObjectValidation.errors(
        in: job, replacing: nil, kind: kind, type: Schema.builtin.type(of: kind)
      ).map { "\($0.cause.reason) \($0.field)" })
  }

  @Test("labels that a client gave have to be those that the Job would have got")
  func labelled() {
    #expect(causes(job(labels)) == [])
    var others = labels
    others["job-name"] = "other"
    let place = "spec.template.metadata.labels"
    #expect(causes(job(others)) == ["FieldValueInvalid \(place)[job-name]"])
    others["job-name"] = nil
    #expect(causes(job(others)) == ["FieldValueRequired \(place)[job-name]"])
  }

  @Test("a selector that a client gave has to be the Job's own, unless it says that it brings one")
  func selector() {
    var other = job(labels, selecting: "other")
    #expect(
      causes(other) == [
        "FieldValueInvalid spec.selector", "FieldValueInvalid spec.template.metadata.labels",
      ])
    other.set(true, at: ["spec", "manualSelector"])
    #expect(causes(other) == ["FieldValueInvalid spec.template.metadata.labels"])
    other.set(
      "other",
      at: [
        "spec", "template", "metadata", "labels", "batch.kubernetes.io/controller-uid",
      ])
    #expect(causes(other) == [])
  }
}
