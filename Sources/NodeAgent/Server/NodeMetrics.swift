/// What monitoring is told of a node's pods, in the Prometheus text format. Names are kubelet's. Pure.
/// Source: Kubernetes documentation, "Kubernetes Metrics Reference".
enum NodeMetrics {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  static func text(_ entries: [NodePods.Entry]) -> String {
    let sandboxes = entries.filter { $0.sandbox != nil }.count
    let runs = entries.flatMap(\.runtime.containers)
    var text = ""
    text += "# HELP kubelet_running_pods Number of pods that have a running pod sandbox\n"
    text += "# TYPE kubelet_running_pods gauge\n"
    text += "kubelet_running_pods \(sandboxes)\n"
    text += "# HELP kubelet_running_containers Number of containers by state\n"
    text += "# TYPE kubelet_running_containers gauge\n"
    let states: [(ContainerRecord.State, String)] = [
      (.created, "created"), (.exited, "exited"), (.running, "running"), (.unknown, "unknown"),
    ]
    for (state, name) in states {
      let count = runs.filter { $0.state == state }.count
      text += "kubelet_running_containers{container_state=\"\(name)\"} \(count)\n"
    }
    return text
  }
}
