import Resources
import Testing

@Suite("The rules of autoscalers")
struct AutoscalerValidationTests {
  private static let kind = GroupVersionKind(
    group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler")

  private func errors(_ change: (inout Document) -> Void) -> [String] {
    var object: Document = [
      "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
      "metadata": ["name": "h", "namespace": "default"],
      "spec": [
        "maxReplicas": 3,
        "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "d"],
      ],
    ]
    change(&object)
    Defaulting.rule(for: Self.kind)(&object)
    return ObjectValidation.errors(
      in: object, replacing: nil, kind: Self.kind, type: Schema.builtin.type(of: Self.kind)
    ).map { "\($0.cause.reason) \($0.cause.field)" }
  }

  @Test("a plain one is good, with its defaults")
  func good() {
    #expect(errors { _ in } == [])
    #expect(errors { $0.set(["scaleUp": .emptyObject], at: ["spec", "behavior"]) } == [])
  }

  @Test("bounds, metrics and rules are checked")
  func bad() {
    #expect(
      errors { $0.set(5, at: ["spec", "minReplicas"]) } == ["FieldValueInvalid spec.maxReplicas"])
    #expect(
      errors { $0.set([["type": "Resource"]], at: ["spec", "metrics"]) } == [
        "FieldValueRequired spec.metrics[0].resource"
      ])
    #expect(
      errors {
        $0.set(
          [["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization"]]]],
          at: ["spec", "metrics"])
      } == ["FieldValueRequired spec.metrics[0].resource.target.averageUtilization"])
    #expect(
      errors {
        $0.set(
          [
            "scaleDown": [
              "stabilizationWindowSeconds": 3601, "selectPolicy": "Some",
              "policies": [["type": "Pods", "value": 0, "periodSeconds": 1801]],
            ]
          ], at: ["spec", "behavior"])
      } == [
        "FieldValueInvalid spec.behavior.scaleDown.stabilizationWindowSeconds",
        "FieldValueNotSupported spec.behavior.scaleDown.selectPolicy",
        "FieldValueInvalid spec.behavior.scaleDown.policies[0].value",
        "FieldValueInvalid spec.behavior.scaleDown.policies[0].periodSeconds",
      ])
  }
}
