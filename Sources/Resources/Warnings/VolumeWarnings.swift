/// What is told of volumes, of claims to them and of what makes them.
/// Source: upstream's wording.
enum VolumeWarnings {
  private static let classAnnotation: AnnotationWarnings.Deprecated = (
    "volume.beta.kubernetes.io/storage-class",
    "deprecated since v1.8; use \"storageClassName\" attribute instead"
  )
  private static let mountAnnotation: AnnotationWarnings.Deprecated = (
    "volume.beta.kubernetes.io/mount-options",
    "deprecated since v1.31; use \"mountOptions\" attribute instead"
  )

  static let ofVolume: ObjectWarnings.Rule = { volume, _ in
    let spec = volume["spec"] ?? .emptyObject
    let required = spec[path: "nodeAffinity", "required"] ?? .emptyObject
    return AnnotationWarnings.of([classAnnotation, mountAnnotation], volume) + ofReclaiming(spec)
      + required.placed("nodeSelectorTerms", at: "spec.nodeAffinity.required.").flatMap {
        NodeLabelWarnings.ofExpressions($0.value, at: $0.place)
      }
      + PodVolumeWarnings.ofSource(spec, at: "spec")
  }

  private static func ofReclaiming(_ spec: Document) -> [String] {
    guard spec["persistentVolumeReclaimPolicy"] == "Recycle" else { return [] }
    return [
      "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the "
        + "recommended approach is to use dynamic provisioning."
    ]
  }

  // MARK: Claims

  static let ofClaim: ObjectWarnings.Rule = { claim, _ in
    AnnotationWarnings.of([classAnnotation], claim) + ofClaimSpec(claim["spec"], at: "spec")
  }

  static func ofClaimSpec(_ spec: Document?, at path: String) -> [String] {
    ["requests", "limits"].flatMap {
      AmountWarnings.ofBytes(
        ["storage"], in: spec?[path: "resources", $0], at: "\(path).resources.\($0)")
    }
  }

  // MARK: What makes volumes

  static let ofClass: ObjectWarnings.Rule = { storageClass, _ in
    storageClass.placed("allowedTopologies", at: "").flatMap { place, topology in
      topology.placed("matchLabelExpressions", at: "\(place).").compactMap { place, expression in
        NodeLabelWarnings.problem(of: expression["key"]?.string).map { "\(place).key: \($0)" }
      }
    }
  }

  static let ofCapacity: ObjectWarnings.Rule = { capacity, _ in
    let topology = capacity["nodeTopology"]
    return NodeLabelWarnings.ofExpressions(topology, at: "nodeTopology")
      + NodeLabelWarnings.ofMap(topology?["matchLabels"]) { "nodeTopology.matchLabels.\($0)" }
  }

  static let ofDriver: ObjectWarnings.Rule = { driver, old in
    let tokens = driver[path: "spec", "tokenRequests"] ?? .emptyArray
    guard !tokens.isEmpty, driver[path: "spec", "serviceAccountTokenInSecrets"] == nil,
      tokens != old?[path: "spec", "tokenRequests"]
    else { return [] }
    return [
      "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to "
        + "prevent possible logging of tokens in volume attributes"
    ]
  }
}
