extension SchedulingPod {
  /// How well `node` suits the pod: greater is better. Pure; only for nodes that passed the filters.
  ///
  /// The sum of what upstream's default profile weighs: free resources after placing, their
  /// balance, preferred affinity (twice), tolerated soft taints (three times), images at hand.
  package func score(_ node: SchedulingNode) -> Int {
    leastAllocated(node) + balanced(node) + 2 * preference(node) + 3 * softTaints(node)
      + imageLocality(node)
  }

  /// A container that asks for nothing is weighed as if it asked for this much.
  /// Source: upstream's non-zero requests for scoring.
  private static let assumedMilliCPU = 100
  private static let assumedMemory = 200 * 1024 * 1024

  var weighed: WeighedAmounts {
    WeighedAmounts(
      milliCPU: requests.milliCPU == 0 ? Self.assumedMilliCPU : requests.milliCPU,
      memory: requests.memory == 0 ? Self.assumedMemory : requests.memory)
  }

  /// 0...100: the mean share of cpu and memory that stays free.
  private func leastAllocated(_ node: SchedulingNode) -> Int {
    let wanted = weighed
    func freeShare(_ capacity: Int, _ used: Int) -> Int {
      capacity > 0 && used <= capacity ? (capacity - used) * 100 / capacity : 0
    }
    let cpu = freeShare(node.allocatable.milliCPU, node.weighed.milliCPU + wanted.milliCPU)
    let memory = freeShare(node.allocatable.memory, node.weighed.memory + wanted.memory)
    return (cpu + memory) / 2
  }

  /// 0...100: the closer the used shares of cpu and memory, the more.
  private func balanced(_ node: SchedulingNode) -> Int {
    guard requests.milliCPU > 0 || requests.memory > 0, node.allocatable.milliCPU > 0,
      node.allocatable.memory > 0
    else { return 100 }
    let cpu = min(
      1, Double(node.used.milliCPU + requests.milliCPU) / Double(node.allocatable.milliCPU))
    let memory = min(
      1, Double(node.used.memory + requests.memory) / Double(node.allocatable.memory))
    return Int((1 - abs(cpu - memory) / 2) * 100)
  }

  /// 0...100: the share of the preferred terms' weight that the node fulfils.
  private func preference(_ node: SchedulingNode) -> Int {
    let total = preferredAffinity.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return 0 }
    let held = preferredAffinity.reduce(0) { sum, preferred in
      preferred.term.matches(labels: node.labels, name: node.name) ? sum + preferred.weight : sum
    }
    return held * 100 / total
  }

  /// 0...100: 100 where every soft taint is tolerated.
  private func softTaints(_ node: SchedulingNode) -> Int {
    let bad = node.taints.count { taint in
      taint.effect == "PreferNoSchedule" && !tolerations.contains { $0.tolerates(taint) }
    }
    return bad == 0 ? 100 : 100 / (bad + 1)
  }

  /// 0...100 by the bytes that need no pull: nothing below 23 MB, everything above 1 GB.
  private func imageLocality(_ node: SchedulingNode) -> Int {
    guard !node.images.isEmpty else { return 0 }
    let present = images.reduce(0) { $0 + (node.images[$1] ?? 0) }
    let floor = 23 * 1024 * 1024
    let ceiling = 1000 * 1024 * 1024 * max(images.count, 1)
    return 100 * (min(max(present, floor), ceiling) - floor) / (ceiling - floor)
  }
}

/// What pods take as far as scores see it: those that ask for nothing count as well, or all of them
/// would go to one node.
struct WeighedAmounts: Equatable, Sendable {
  var milliCPU = 0
  /// Bytes.
  var memory = 0
}
