import Foundations

/// One `ResourceQuota`, read for deciding.
package struct QuotaBounds: Sendable {
  package let name: String
  /// The bounds in force, by name.
  package let hard: ResourceList
  private let requirements: [Requirement]

  private struct Requirement: Sendable {
    let scope: String
    let `operator`: String
    let values: Set<String>
  }

  package init(_ quota: Document) {
    name = quota[path: "metadata", "name"]?.string ?? ""
    hard = ResourceList(quota[path: "spec", "hard"])
    let plain = quota[path: "spec", "scopes"]?.elements.compactMap(\.string) ?? []
    let selected =
      quota[path: "spec", "scopeSelector", "matchExpressions"]?.elements.map { $0 } ?? []
    requirements =
      plain.map { Requirement(scope: $0, operator: "Exists", values: []) }
      + selected.map {
        Requirement(
          scope: $0["scopeName"]?.string ?? "", operator: $0["operator"]?.string ?? "",
          values: Set($0["values"]?.elements.compactMap(\.string) ?? []))
      }
  }

  /// Whether the object counts against this quota: its kind is bounded and every scope fits.
  package func covers(_ object: Document, _ resource: ResourceType) -> Bool {
    guard QuotaUsage.isBounding(hard.names, resource) else { return false }
    guard !requirements.isEmpty else { return true }
    // Scopes speak of pods, and one of claims; what else a quota with scopes names is not bounded.
    switch resource {
    case .pods: return requirements.allSatisfy { fits($0, object["spec"] ?? .emptyObject) }
    case .persistentVolumeClaims: return requirements.allSatisfy { fits($0, claim: object) }
    default: return false
    }
  }

  /// A claim is of the class it has, of the one it wants, and of the one it is on its way to.
  private func fits(_ requirement: Requirement, claim: Document) -> Bool {
    guard requirement.scope == "VolumeAttributesClass" else { return false }
    let paths = [
      ["spec", "volumeAttributesClassName"], ["status", "currentVolumeAttributesClassName"],
      ["status", "modifyVolumeStatus", "targetVolumeAttributesClassName"],
    ]
    let names = paths.compactMap { claim.value(at: $0)?.string }.filter { !$0.isEmpty }
    switch requirement.operator {
    case "In": return names.contains(where: requirement.values.contains)
    case "NotIn": return !names.contains(where: requirement.values.contains)
    case "DoesNotExist": return names.isEmpty
    default: return !names.isEmpty
    }
  }

  private func fits(_ requirement: Requirement, _ spec: Document) -> Bool {
    switch requirement.scope {
    case "Terminating": return spec["activeDeadlineSeconds"]?.integer != nil
    case "NotTerminating": return spec["activeDeadlineSeconds"]?.integer == nil
    case "BestEffort": return QualityOfService(podSpec: spec) == .bestEffort
    case "NotBestEffort": return QualityOfService(podSpec: spec) != .bestEffort
    case "PriorityClass":
      let name = spec["priorityClassName"]?.string ?? ""
      switch requirement.operator {
      case "In": return requirement.values.contains(name)
      case "NotIn": return !requirement.values.contains(name)
      case "DoesNotExist": return name.isEmpty
      default: return !name.isEmpty
      }
    case "CrossNamespacePodAffinity": return Self.reachesOtherNamespaces(spec["affinity"])
    default: return false
    }
  }

  private static func reachesOtherNamespaces(_ affinity: Document?) -> Bool {
    ["podAffinity", "podAntiAffinity"].contains { kind in
      let part = affinity?[kind]
      let required =
        part?["requiredDuringSchedulingIgnoredDuringExecution"]?.elements.map { $0 } ?? []
      let preferred =
        part?["preferredDuringSchedulingIgnoredDuringExecution"]?.elements
        .compactMap { $0["podAffinityTerm"] } ?? []
      return (required + preferred).contains {
        $0["namespaceSelector"] != nil || $0["namespaces"]?.isEmpty == false
      }
    }
  }

  /// What of `usage` this quota bounds.
  package func bounded(_ usage: ResourceList) -> ResourceList {
    usage.filtered { hard.amounts[$0] != nil }
  }

  /// What the objects take together, with a zero for every bound that none of them touches.
  /// - Parameter objects: everything in the quota's namespace, by kind.
  package func used(_ objects: (ResourceType) -> [Document], kinds: [ResourceType]) -> ResourceList
  {
    var used = ResourceList(hard.amounts.mapValues { _ in .zero })
    for kind in kinds where QuotaUsage.isBounding(hard.names, kind) {
      for object in objects(kind) where covers(object, kind) {
        used += bounded(QuotaUsage.of(object, kind))
      }
    }
    return used
  }
}
