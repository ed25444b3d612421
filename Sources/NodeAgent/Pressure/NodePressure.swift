import Foundations

/// What a node can be short of, as the conditions of its Node tell it.
/// Source: Kubernetes documentation, "Node-pressure Eviction", "Node conditions".
package enum NodePressure: String, CaseIterable, Hashable, Sendable {
  case memory = "MemoryPressure"
  case disk = "DiskPressure"
  case processes = "PIDPressure"

  init(of signal: EvictionSignal) {
    switch signal {
    case .memoryAvailable: self = .memory
    case .nodefsAvailable, .nodefsInodesFree, .imagefsAvailable, .imagefsInodesFree: self = .disk
    case .pidAvailable: self = .processes
    }
  }

  /// The reason that the condition has.
  func reason(holds: Bool) -> String {
    switch self {
    case .memory: holds ? "KubeletHasInsufficientMemory" : "KubeletHasSufficientMemory"
    case .disk: holds ? "KubeletHasDiskPressure" : "KubeletHasNoDiskPressure"
    case .processes: holds ? "KubeletHasInsufficientPID" : "KubeletHasSufficientPID"
    }
  }

  /// The reason of the event that tells of a change.
  func eventReason(holds: Bool) -> String {
    "Node\(reason(holds: holds).dropFirst("Kubelet".count))"
  }

  /// The message that the condition has.
  /// - Parameter causes: the thresholds that were passed; `nil` where it does not hold.
  func message(causes: String?) -> String {
    let isShort = causes != nil
    let words =
      switch self {
      case .memory: "kubelet has \(isShort ? "insufficient" : "sufficient") memory available"
      case .disk: "kubelet has \(isShort ? "" : "no ")disk pressure"
      case .processes: "kubelet has \(isShort ? "insufficient" : "sufficient") PID available"
      }
    return causes.map { "\(words): \($0)" } ?? words
  }

  /// The key of the taint that goes with the condition.
  var taint: String {
    switch self {
    case .memory: "node.kubernetes.io/memory-pressure"
    case .disk: "node.kubernetes.io/disk-pressure"
    case .processes: "node.kubernetes.io/pid-pressure"
    }
  }
}
