import Foundations
import Synchronization

/// How many pods were evicted for what the node was short of, for kubelet's `/metrics`.
final class EvictionTally: Sendable {
  private let counts = Mutex<[EvictionSignal: Int]>([:])

  func add(_ signal: EvictionSignal) { counts.withLock { $0[signal, default: 0] += 1 } }

  /// Source: Kubernetes documentation, "Kubernetes Metrics Reference", `kubelet_evictions`.
  func write(to text: inout MetricsText) {
    let name = "kubelet_evictions"
    text.begin(
      name, .counter, "[ALPHA] Cumulative number of pod evictions by eviction signal")
    let counts = counts.withLock { $0 }
    for signal in EvictionSignal.allCases {
      guard let count = counts[signal] else { continue }
      text.sample(name, ["eviction_signal": signal.rawValue], count)
    }
  }
}
