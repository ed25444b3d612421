import Controllers
import Foundations
import Resources
import Testing

@Suite("What monitoring is told of queues")
struct WorkQueueMetricsTests {
  @Test("what waits, what was added and what came again are told of each queue")
  func queues() async {
    let queue = KeyedQueue<ObjectKey>()
    let keys = ["a", "b", "c"].map { ObjectKey(namespace: "n", name: $0) }
    for key in keys { queue.add(key) }
    queue.add(keys[0])  // Waits already.
    let taken = await queue.next()
    #expect(taken == keys[0])
    queue.addAfterFailure(keys[0])
    queue.done(keys[0])
    var text = MetricsText()
    WorkQueueMetrics.write([("test-controller", queue.counts)], to: &text)
    for line in [
      #"workqueue_depth{name="test-controller"} 2"#,
      #"workqueue_adds_total{name="test-controller"} 3"#,
      #"workqueue_retries_total{name="test-controller"} 1"#,
    ] { #expect(text.text.contains(line + "\n"), "\(line)") }
  }
}
