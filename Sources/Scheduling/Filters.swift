/// Why a node does not take a pod. Worded as upstream, since people search for these sentences.
package enum FilterReason: Hashable, Sendable {
  case unschedulable
  case nodeName
  case nodeSelector
  case untoleratedTaint
  case hostPorts
  case tooManyPods
  case insufficient(String)
  /// None of the pods that it must be near is there.
  case podAffinity
  case podAntiAffinity
  /// A pod that is there must not meet it.
  case othersAntiAffinity
  case spread
  case spreadLabelMissing
  /// A volume that a claim has cannot be reached from there.
  case volumeNodeConflict
  /// There is no volume for a claim, and none can be made.
  case volumeBindConflict
  case volumeMissing
  /// Only one pod may use the claim, and one does.
  case claimInUse
  /// The claims are not ready for any node.
  case claims(String)

  package var message: String {
    switch self {
    case .unschedulable: "node(s) were unschedulable"
    case .nodeName: "node(s) didn't match the requested node name"
    case .nodeSelector: "node(s) didn't match Pod's node affinity/selector"
    case .untoleratedTaint: "node(s) had untolerated taint(s)"
    case .hostPorts: "node(s) didn't have free ports for the requested pod ports"
    case .tooManyPods: "Too many pods"
    case .insufficient(let resource): "Insufficient \(resource)"
    case .podAffinity: "node(s) didn't match pod affinity rules"
    case .podAntiAffinity: "node(s) didn't match pod anti-affinity rules"
    case .othersAntiAffinity: "node(s) didn't satisfy existing pods anti-affinity rules"
    case .spread: "node(s) didn't match pod topology spread constraints"
    case .spreadLabelMissing:
      "node(s) didn't match pod topology spread constraints (missing required label)"
    case .volumeNodeConflict: "node(s) didn't match PersistentVolume's node affinity"
    case .volumeBindConflict: "node(s) didn't find available persistent volumes to bind"
    case .volumeMissing: "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
    case .claimInUse:
      "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already "
        + "in-use by another pod"
    case .claims(let why): why
    }
  }

  /// Whether the end of another pod on the node can help.
  package var isHelpedByPodRemoval: Bool {
    switch self {
    case .hostPorts, .tooManyPods, .insufficient, .podAntiAffinity, .othersAntiAffinity, .spread:
      true
    default: false
    }
  }

  /// Whether the end of a pod anywhere can help, though nobody is made to go for it.
  var isHelpedByClaimRelease: Bool { self == .claimInUse }

  /// Whether a change of a volume, a claim or a class can help.
  var isHelpedByStorage: Bool {
    switch self {
    case .volumeNodeConflict, .volumeBindConflict, .volumeMissing, .claimInUse, .claims: true
    default: false
    }
  }

  /// Whether another pod that gets a node can help.
  package var isHelpedByPodPlacement: Bool { self == .podAffinity || self == .spread }
}

extension SchedulingPod {
  /// Every reason why `node` does not take the pod; empty where it does. Pure.
  ///
  /// The usual order of upstream's filters: the first that fails is the only one told, but all
  /// missing resources are told at once.
  package func reasonsAgainst(_ node: SchedulingNode) -> [FilterReason] {
    if node.isUnschedulable && !tolerations.contains(where: { $0.tolerates(.unschedulable) }) {
      return [.unschedulable]
    }
    if isRepelled(by: node) { return [.untoleratedTaint] }
    if !matchesSelectors(of: node) { return [.nodeSelector] }
    let isPortTaken = hostPorts.contains { wanted in
      node.hostPorts.contains { $0.conflicts(with: wanted) }
    }
    if isPortTaken { return [.hostPorts] }
    return missingResources(on: node)
  }

  func isRepelled(by node: SchedulingNode) -> Bool {
    node.taints.contains { taint in
      taint.effect != "PreferNoSchedule" && !tolerations.contains { $0.tolerates(taint) }
    }
  }

  func matchesSelectors(of node: SchedulingNode) -> Bool {
    for (key, value) in nodeSelector where node.labels[key] != value { return false }
    guard let requiredAffinity else { return true }
    return requiredAffinity.contains { $0.matches(labels: node.labels, name: node.name) }
  }

  private func missingResources(on node: SchedulingNode) -> [FilterReason] {
    var missing: [FilterReason] = []
    let free = node.allocatable
    if node.used.pods + 1 > free.pods { missing.append(.tooManyPods) }
    if requests.milliCPU > 0 && requests.milliCPU > free.milliCPU - node.used.milliCPU {
      missing.append(.insufficient("cpu"))
    }
    if requests.memory > 0 && requests.memory > free.memory - node.used.memory {
      missing.append(.insufficient("memory"))
    }
    if requests.ephemeralStorage > 0
      && requests.ephemeralStorage > free.ephemeralStorage - node.used.ephemeralStorage
    {
      missing.append(.insufficient("ephemeral-storage"))
    }
    if !requests.extended.isEmpty {
      for name in requests.extended.keys.sorted() {
        let wanted = requests.extended[name] ?? 0
        if wanted > (free.extended[name] ?? 0) - (node.used.extended[name] ?? 0) {
          missing.append(.insufficient(name))
        }
      }
    }
    return missing
  }
}

extension Taint {
  /// What `kubectl cordon` stands for.
  static let unschedulable = Taint(key: "node.kubernetes.io/unschedulable", effect: "NoSchedule")
}
