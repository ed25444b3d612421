extension Defaulting {
  /// Source: Kubernetes API reference, "HorizontalPodAutoscaler v2".
  static func horizontalPodAutoscaler(_ autoscaler: inout Document) {
    autoscaler.edit("spec") { spec in
      spec.setDefault("minReplicas", 1)
      if spec["metrics"]?.isEmpty ?? true { spec["metrics"] = [usualTarget] }
      spec.edit("behavior") { behavior in
        behavior["scaleUp"] = rules(behavior["scaleUp"], upPolicies, window: 0)
        behavior["scaleDown"] = rules(behavior["scaleDown"], downPolicies, window: nil)
      }
    }
  }

  private static let usualTarget: Document = [
    "type": "Resource",
    "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]],
  ]

  private static let upPolicies: Document = [
    ["type": "Pods", "value": 4, "periodSeconds": 15],
    ["type": "Percent", "value": 100, "periodSeconds": 15],
  ]
  private static let downPolicies: Document = [
    ["type": "Percent", "value": 100, "periodSeconds": 15]
  ]

  private static func rules(_ own: Document?, _ policies: Document, window: Int?) -> Document {
    var rules = own ?? .emptyObject
    if let window { rules.setDefault("stabilizationWindowSeconds", Document(window)) }
    rules.setDefault("selectPolicy", "Max")
    rules.setDefault("policies", policies)
    return rules
  }
}
