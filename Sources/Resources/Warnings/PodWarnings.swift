import Foundations

/// What is told of pods and of the templates that they are made from.
/// Source: upstream's wording.
enum PodWarnings {
  /// Updates of pods are frequent and made by machines: nobody is told of them.
  static let ofPod: ObjectWarnings.Rule = { pod, old in
    guard old == nil else { return [] }
    let name = pod[path: "metadata", "name"]?.string ?? ""
    return ofName(name, "the Pod's hostname") + all(of: pod, at: "")
  }

  static let ofStatus: ObjectWarnings.Rule = { pod, _ in
    ["podIPs", "hostIPs"].flatMap {
      AddressWarnings.ofAddresses(in: $0, pod["status"], at: "status.", member: "ip")
    }
  }

  /// Names that others are made of, and that are too long or have dots.
  /// - Parameter use: what is called so.
  static func ofName(_ name: String, _ use: String) -> [String] {
    let problems = ObjectName.problems(label: name)
    if problems.isEmpty { return [] }
    return [
      "metadata.name: this is used in \(use), which can result in surprising behavior; a DNS label "
        + "is recommended: [\(problems.joined(separator: " "))]"
    ]
  }

  /// - Parameter path: where the template is, with a dot behind it; empty for a pod.
  static func all(of template: Document, at path: String) -> [String] {
    let spec = template["spec"] ?? .emptyObject
    let place = "\(path)spec"
    return PodPlacementWarnings.ofNodes(spec, at: place)
      + AnnotationWarnings.of(deprecatedAnnotations, template, at: path)
      + PodVolumeWarnings.ofVolumes(spec, at: place)
      + VolumePathWarnings.ofVolumes(spec)
      + ofNames(spec, at: place)
      + AmountWarnings.ofBytes(
        ["memory", "ephemeral-storage"], in: spec["overhead"], at: "\(place).overhead")
      + ContainerWarnings.ofContainers(template, at: path)
      + ContainerPortWarnings.ofPorts(spec, at: place)
      + ofGrace(spec, at: place)
      + PodPlacementWarnings.ofPods(spec, at: place)
      + ofAddresses(spec, at: place)
  }

  private static let deprecatedAnnotations: [AnnotationWarnings.Deprecated] = [
    (
      "scheduler.alpha.kubernetes.io/critical-pod",
      "non-functional in v1.16+; use the \"priorityClassName\" field instead"
    ),
    (
      "security.alpha.kubernetes.io/sysctls",
      "non-functional in v1.11+; use the \"sysctls\" field instead"
    ),
    (
      "security.alpha.kubernetes.io/unsafe-sysctls",
      "non-functional in v1.11+; use the \"sysctls\" field instead"
    ),
  ]

  private static func ofNames(_ spec: Document, at path: String) -> [String] {
    let secrets = spec.placed("imagePullSecrets", at: "\(path).")
    return ofRepeated(spec.placed("hostAliases", at: "\(path)."), "ip")
      + ofRepeated(secrets, "name")
      + secrets.compactMap { place, secret in
        secret["name"]?.string?.isEmpty ?? true ? "\(place).name: invalid empty name \"\"" : nil
      }
  }

  private static func ofRepeated(_ list: [(place: String, value: Document)], _ member: String)
    -> [String]
  {
    var seen: Set<String> = []
    return list.compactMap { place, element in
      let value = element[member]?.string ?? ""
      if seen.insert(value).inserted { return nil }
      return "\(place).\(member): duplicate \(member) \"\(value)\""
    }
  }

  private static func ofGrace(_ spec: Document, at path: String) -> [String] {
    guard let grace = spec["terminationGracePeriodSeconds"]?.integer, grace < 0 else { return [] }
    return [
      "\(path).terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be "
        + "treated as 1"
    ]
  }

  private static func ofAddresses(_ spec: Document, at path: String) -> [String] {
    AddressWarnings.ofAddresses(
      in: "nameservers", spec["dnsConfig"], at: "\(path).dnsConfig.", member: nil)
      + AddressWarnings.ofAddresses(in: "hostAliases", spec, at: "\(path).", member: "ip")
  }
}
