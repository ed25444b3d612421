/// What is told of nodes, and of the classes of runtimes that some of them have.
/// Source: upstream's wording.
enum NodeWarnings {
  static let ofNode: ObjectWarnings.Rule = { node, _ in
    let spec = node["spec"] ?? .emptyObject
    var warnings: [String] = []
    if spec["configSource"] != nil { warnings.append("spec.configSource: the feature is removed") }
    if spec["externalID"]?.string?.isEmpty == false {
      warnings.append("spec.externalID: this field is deprecated, and is unused by Kubernetes")
    }
    return warnings
      + spec.placed("podCIDRs", at: "spec.").flatMap {
        AddressWarnings.ofRange($0.value, at: $0.place)
      }
  }

  static let ofRuntimeClass: ObjectWarnings.Rule = { runtimeClass, _ in
    NodeLabelWarnings.ofMap(runtimeClass[path: "scheduling", "nodeSelector"]) { _ in
      "scheduling.nodeSelector"
    }
  }
}
