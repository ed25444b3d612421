import Foundations
import Testing

@testable import NodeAgent

@Suite struct NodeMetricsTests {
  @Test("pods with a sandbox and containers are counted by state")
  func counts() {
    let entry = NodePods.Entry(
      pod: .sample(),
      runtime: PodRuntimeState(
        sandboxes: [.sandbox()],
        containers: [.run("a", .running), .run("b", .running), .run("c", .exited)]),
      logDirectory: "")
    var text = MetricsText()
    NodeMetrics.write([entry], to: &text)
    let lines = text.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(
      lines == [
        "kubelet_running_pods 1", "kubelet_running_containers{container_state=\"created\"} 0",
        "kubelet_running_containers{container_state=\"exited\"} 1",
        "kubelet_running_containers{container_state=\"running\"} 2",
        "kubelet_running_containers{container_state=\"unknown\"} 0",
      ])
  }

  @Test("evictions are counted by what the node was short of")
  func evictions() {
    let pods = NodePods()
    pods.evictions.add(.nodefsAvailable)
    pods.evictions.add(.nodefsAvailable)
    pods.evictions.add(.memoryAvailable)
    let lines = NodeMetrics.text(pods, node: "a").split(separator: "\n")
      .filter { $0.hasPrefix("kubelet_evictions") }
    #expect(
      lines == [
        "kubelet_evictions{eviction_signal=\"memory.available\"} 1",
        "kubelet_evictions{eviction_signal=\"nodefs.available\"} 2",
      ])
  }
}
