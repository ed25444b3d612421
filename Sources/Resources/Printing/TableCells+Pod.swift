import Foundations

extension TableCells {
  static let pod: [String: Cell] = [
    "Ready": { object, _ in
      let pod = Pod(object)
      let total = pod.spec.containers.count + sidecars(pod).count
      let ready =
        pod.status.containerStatuses.count { $0.ready == true }
        + pod.status.initContainerStatuses.count { status in
          status.ready == true && sidecars(pod).contains { $0.name == status.name }
        }
      return Document("\(ready)/\(total)")
    },
    "Status": { object, _ in Document(status(of: Pod(object))) },
    "Restarts": { object, now in Document(restarts(of: Pod(object), now)) },
    "IP": { object, _ in
      let address = object[path: "status", "podIP"]?.string ?? ""
      return Document(address.isEmpty ? "<none>" : address)
    },
    "Node": { object, _ in
      let node = object[path: "spec", "nodeName"]?.string ?? ""
      return Document(node.isEmpty ? "<none>" : node)
    },
    "Nominated Node": { object, _ in object[path: "status", "nominatedNodeName"] ?? "<none>" },
    "Readiness Gates": { object, _ in
      let gates =
        object[path: "spec", "readinessGates"]?.elements.compactMap {
          $0["conditionType"]?.string
        } ?? []
      if gates.isEmpty { return "<none>" }
      let conditions = object[path: "status", "conditions"]?.elements.map { $0 } ?? []
      let held = gates.count { gate in
        conditions.contains { $0["type"]?.string == gate && $0["status"]?.string == "True" }
      }
      return Document("\(held)/\(gates.count)")
    },
  ]

  private static func sidecars(_ pod: Pod) -> [Container] {
    pod.spec.initContainers.filter { $0.restartPolicy == "Always" }
  }

  /// One word for how a pod is doing: the most telling of its containers' states.
  /// Source: upstream's printer, whose words people search for.
  private static func status(of pod: Pod) -> String {
    var word = pod.status.reason ?? pod.status.phase ?? ""
    if pod.status.conditions.contains(where: {
      $0.type == "PodScheduled" && $0.reason == "SchedulingGated"
    }) {
      word = "SchedulingGated"
    }
    if let starting = initializing(pod) {
      word = starting
    } else {
      var hasRunning = false
      for status in pod.status.containerStatuses.reversed() {
        if let reason = status.state?.waiting?.reason, !reason.isEmpty {
          word = reason
        } else if let ended = status.state?.terminated {
          word = self.word(for: ended)
        } else if status.ready == true, status.state?.running != nil {
          hasRunning = true
        }
      }
      if word == "Completed" && hasRunning {
        word = pod.isReady ? "Running" : "NotReady"
      }
    }
    if pod.metadata.isTerminating {
      return pod.status.reason == "NodeLost" ? "Unknown" : pod.isFinished ? word : "Terminating"
    }
    return word
  }

  /// How far the init containers are; `nil` once they are through.
  private static func initializing(_ pod: Pod) -> String? {
    let total = pod.spec.initContainers.count
    for (position, status) in pod.status.initContainerStatuses.enumerated() {
      let isSidecar = sidecars(pod).contains { $0.name == status.name }
      if let ended = status.state?.terminated, ended.exitCode == 0 { continue }
      if isSidecar, status.started == true { continue }
      if let ended = status.state?.terminated { return "Init:\(word(for: ended))" }
      if let reason = status.state?.waiting?.reason, !reason.isEmpty, reason != "PodInitializing" {
        return "Init:\(reason)"
      }
      return "Init:\(position)/\(total)"
    }
    return nil
  }

  private static func word(for ended: ContainerStateTerminated) -> String {
    if let reason = ended.reason, !reason.isEmpty { return reason }
    if let signal = ended.signal, signal != 0 { return "Signal:\(signal)" }
    return "ExitCode:\(ended.exitCode)"
  }

  private static func restarts(of pod: Pod, _ now: Timestamp) -> String {
    let statuses = pod.status.containerStatuses
    let counted = statuses.isEmpty ? pod.status.initContainerStatuses : statuses
    let total = counted.reduce(0) { $0 + $1.restartCount }
    let last = counted.compactMap { $0.lastState?.terminated?.finishedAt }.max()
    guard total > 0, let last else { return String(total) }
    return "\(total) (\(HumanDuration.text(last.distance(to: now))) ago)"
  }
}
