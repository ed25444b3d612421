import Resources
import Testing

@testable import Scheduling

@Suite("The pods that wait for a node")
struct SchedulingQueueTests {
  private func queue(_ pods: SchedulingPod...) -> SchedulingQueue {
    var queue = SchedulingQueue()
    for pod in pods { queue.upsert(pod) }
    return queue
  }

  @Test("higher priority goes first, then the name settles it")
  func order() {
    var queue = queue(
      Sample.pod("b"), Sample.pod("urgent", priority: 10), Sample.pod("a"))
    #expect(queue.next(now: .zero)?.key.name == "urgent")
    #expect(queue.next(now: .zero)?.key.name == "a")
    #expect(queue.next(now: .zero)?.key.name == "b")
    #expect(queue.next(now: .zero) == nil)
  }

  @Test("a parked pod waits for a change that may help it")
  func wakes() {
    let pod = Sample.pod("p")
    var queue = queue(pod)
    _ = queue.next(now: .zero)
    queue.park(pod.key, reasons: [.nodeSelector], now: .zero)
    queue.wake(.podRemoval, now: .zero)
    #expect(queue.next(now: .seconds(20)) == nil)
    queue.wake(.node, now: .seconds(20))
    #expect(queue.next(now: .seconds(20)) == nil)
    #expect(queue.next(now: .seconds(21))?.key.name == "p")
  }

  @Test("a pod that lacks room is woken by the end of another")
  func podRemoval() {
    let pod = Sample.pod("p")
    var queue = queue(pod)
    _ = queue.next(now: .zero)
    queue.park(pod.key, reasons: [.insufficient("cpu")], now: .zero)
    queue.wake(.podRemoval, now: .zero)
    #expect(queue.next(now: .seconds(1))?.key.name == "p")
  }

  @Test("nothing waits longer than five minutes for a try")
  func parkedAtMost() {
    let pod = Sample.pod("p")
    var queue = queue(pod)
    _ = queue.next(now: .zero)
    queue.park(pod.key, reasons: [.nodeSelector], now: .zero)
    #expect(queue.next(now: .seconds(299)) == nil)
    #expect(queue.next(now: .seconds(300))?.key.name == "p")
  }

  @Test("pauses double with each failed try, up to ten seconds")
  func pauses() {
    let pod = Sample.pod("p")
    var queue = queue(pod)
    var now = Duration.zero
    for pause in [1, 2, 4, 8, 10, 10] {
      _ = queue.next(now: now)
      queue.retryLater(pod.key, now: now)
      #expect(queue.next(now: now + .seconds(pause) - .milliseconds(1)) == nil)
      now += .seconds(pause)
    }
  }

  @Test("a pod that is removed while it waits does not come back")
  func removed() {
    let pod = Sample.pod("p")
    var queue = queue(pod)
    queue.remove(pod.key)
    #expect(queue.next(now: .zero) == nil)
    #expect(queue.count == 0)
  }

  @Test("gates and a preset node are read from the pod")
  func gates() {
    let gated = Sample.pod("p", ["schedulingGates": [["name": "example.com/wait"]]])
    #expect(gated.schedulingGates == ["example.com/wait"])
    #expect(Sample.pod("p", ["nodeName": "n"]).nodeName == "n")
  }
}
