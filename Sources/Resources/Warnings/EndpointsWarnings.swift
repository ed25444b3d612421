/// What is told of endpoints. Those that a controller keeps are taken from what was told of before.
/// Source: upstream's wording.
enum EndpointsWarnings {
  static let ofEndpoints: ObjectWarnings.Rule = { endpoints, _ in
    if keeper(endpoints, "endpoints.kubernetes.io/managed-by") == "endpoint-controller" {
      return []
    }
    return endpoints.placed("subsets", at: "").flatMap { place, subset in
      ["addresses", "notReadyAddresses"].flatMap {
        AddressWarnings.ofAddresses(in: $0, subset, at: "\(place).", member: "ip")
      }
    }
  }

  private static let sliceControllers: Set = [
    "endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io",
  ]

  static let ofSlice: ObjectWarnings.Rule = { slice, old in
    var warnings: [String] = []
    if old == nil, slice["addressType"] == "FQDN" {
      warnings.append("spec.addressType: FQDN endpoints are deprecated")
    }
    if sliceControllers.contains(keeper(slice, "endpointslice.kubernetes.io/managed-by")) {
      return warnings
    }
    return warnings
      + slice.placed("endpoints", at: "").flatMap { place, endpoint in
        AddressWarnings.ofAddresses(in: "addresses", endpoint, at: "\(place).", member: nil)
      }
  }

  private static func keeper(_ object: Document, _ label: String) -> String {
    object[path: "metadata", "labels", label]?.string ?? ""
  }
}
