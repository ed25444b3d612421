import Foundations

/// What monitoring is told of a node's pods and its agent. Names are kubelet's. Pure but for the
/// numbers of the process.
/// Source: Kubernetes documentation, "Kubernetes Metrics Reference".
enum NodeMetrics {
  static func text(_ pods: NodePods, node: String) -> String {
    var text = MetricsText()
    text.begin("kubelet_node_name", .gauge, "[ALPHA] The node's name. The count is always 1.")
    text.sample("kubelet_node_name", ["node": node], 1)
    write(pods.all, to: &text)
    pods.evictions.write(to: &text)
    ProcessMetrics.write(to: &text)
    return text.text
  }

  static func write(_ entries: [NodePods.Entry], to text: inout MetricsText) {
    let sandboxes = entries.filter { $0.sandbox != nil }.count
    let runs = entries.flatMap(\.runtime.containers)
    text.begin(
      "kubelet_running_pods", .gauge, "[ALPHA] Number of pods that have a running pod sandbox")
    text.sample("kubelet_running_pods", [:], sandboxes)
    text.begin("kubelet_running_containers", .gauge, "[ALPHA] Number of containers by state")
    let states: [(ContainerRecord.State, String)] = [
      (.created, "created"), (.exited, "exited"), (.running, "running"), (.unknown, "unknown"),
    ]
    for (state, name) in states {
      text.sample(
        "kubelet_running_containers", ["container_state": name],
        runs.filter { $0.state == state }.count)
    }
  }
}
