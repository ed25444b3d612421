package import Resources

/// What the claims of one pod mean for its place. Pure.
/// Source: Kubernetes documentation, "Storage Classes", "Volume binding mode"; upstream's
/// VolumeBinding and VolumeRestrictions.
package struct PodVolumes: Sendable {
  /// Why no node will do, whatever it is like.
  package var refusal: String?
  /// A claim that only one pod may use has another one.
  package var isClaimInUse = false
  /// Where the volumes are that the claims have: each of them must be reached.
  private var places: [VolumePlace] = []
  /// A claim's volume is not there.
  private var isVolumeMissing = false
  package var delayed: [DelayedClaim] = []

  /// A claim that gets its volume with the pod's node.
  package struct DelayedClaim: Sendable {
    let key: ObjectKey
    /// Chosen before, and not to be changed.
    let node: String?
    let choice: VolumeChoice
    /// Where a volume can be made: anywhere where empty, nowhere where `nil`.
    let topologies: [TopologySelectorTerm]?
  }

  static func refused(_ why: String) -> PodVolumes {
    var volumes = PodVolumes()
    volumes.refusal = why
    return volumes
  }

  mutating func addBound(_ volume: PersistentVolume?) {
    if let volume { places.append(VolumePlace(volume)) } else { isVolumeMissing = true }
  }

  /// Why the node cannot have the pod; `nil` where it can.
  func reason(against node: SchedulingNode) -> FilterReason? {
    if isClaimInUse { return .claimInUse }
    if !places.allSatisfy({ $0.includes(node) }) { return .volumeNodeConflict }
    if !delayed.isEmpty && decisions(on: node) == nil { return .volumeBindConflict }
    return isVolumeMissing ? .volumeMissing : nil
  }

  /// How each claim that waits gets its volume if the pod goes to `node`; `nil` where one gets none.
  package func decisions(on node: SchedulingNode) -> [VolumeDecision]? {
    var decisions: [VolumeDecision] = []
    var taken: Set<String> = []
    for claim in delayed {
      if let chosen = claim.node, chosen != node.name { return nil }
      if let volume = claim.volume(on: node, except: taken) {
        taken.insert(volume)
        decisions.append(.bind(claim.key, volume: volume))
      } else if claim.canBeProvisioned(on: node) {
        decisions.append(.provision(claim.key))
      } else {
        return nil
      }
    }
    return decisions
  }
}

/// How a claim gets its volume.
package enum VolumeDecision: Equatable, Sendable {
  case bind(ObjectKey, volume: String)
  /// The class's provisioner makes one for the node.
  case provision(ObjectKey)

  package var claim: ObjectKey {
    switch self {
    case .bind(let key, _), .provision(let key): key
    }
  }
}

/// Where a volume can be used.
struct VolumePlace: Sendable {
  /// `nil` everywhere.
  private let terms: [NodeSelectorTerm]?

  init(_ volume: PersistentVolume) {
    terms = volume.spec.nodeAffinity?.required?.nodeSelectorTerms.map {
      NodeSelectorTerm($0.document)
    }
  }

  func includes(_ node: SchedulingNode) -> Bool {
    terms?.contains { $0.matches(labels: node.labels, name: node.name) } ?? true
  }
}

extension PodVolumes.DelayedClaim {
  fileprivate func volume(on node: SchedulingNode, except taken: Set<String>) -> String? {
    switch choice {
    case .reserved(let volume):
      return VolumePlace(volume).includes(node) ? volume.metadata.name : nil
    case .free(let volumes):
      // Its provisioner is at work for the node already.
      if node.name == self.node && topologies != nil { return nil }
      return volumes.first {
        !taken.contains($0.metadata.name ?? "") && VolumePlace($0).includes(node)
      }?.metadata.name
    }
  }

  fileprivate func canBeProvisioned(on node: SchedulingNode) -> Bool {
    if case .reserved = choice { return false }
    guard let topologies else { return false }
    return topologies.isEmpty
      || topologies.contains { term in
        term.matchLabelExpressions.allSatisfy { expression in
          node.labels[expression.key].map(expression.values.contains) ?? false
        }
      }
  }
}
