import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite("Which pod goes first when a node is short of something")
struct EvictionRankingTests {
  /// - Parameters:
  ///   - use: of its one container, in MiB, or inodes.
  ///   - request: by resource.
  private func candidate(
    _ name: String, use: Int, request: [String: String] = [:], priority: Int? = nil,
    volumes: Int = 0, edit: (inout Pod) -> Void = { _ in }
  ) -> EvictionCandidate {
    let pod = Pod.sample { pod in
      pod.metadata.name = name
      pod.metadata.uid = name
      pod.spec.priority = priority
      pod.spec.document.set(
        [["name": "a", "resources": ["requests": request.asDocument]]], at: ["containers"])
      edit(&pod)
    }
    return EvictionCandidate(pod: pod, containers: ["a": use << 20], volumes: volumes << 20)
  }

  private func order(
    _ candidates: [EvictionCandidate], _ signal: EvictionSignal = .memoryAvailable
  ) -> [String] {
    EvictionRanking.order(candidates, for: signal).compactMap(\.pod.metadata.name)
  }

  @Test("first those beyond their request, by priority, then by how far beyond; then the others")
  func ranks() {
    let candidates = [
      candidate("within", use: 90, request: ["memory": "100Mi"]),
      candidate("within-high", use: 10, request: ["memory": "10Mi"], priority: 5),
      candidate("slightly", use: 101, request: ["memory": "100Mi"]),
      candidate("far", use: 50),
      candidate("important", use: 500, priority: 100),
    ]
    #expect(order(candidates) == ["far", "slightly", "important", "within", "within-high"])
    #expect(order(candidates.reversed()) == order(candidates))
  }

  @Test("a request for a disk counts for a disk, and volumes count as use")
  func disk() {
    let candidates = [
      candidate("asked", use: 60, request: ["ephemeral-storage": "100Mi", "memory": "1Mi"]),
      candidate("volume", use: 2, volumes: 20),
      candidate("written", use: 21),
    ]
    #expect(order(candidates, .nodefsAvailable) == ["volume", "written", "asked"])
  }

  @Test("static pods, the system's, and those that end anyway are not evicted")
  func critical() {
    let candidates = [
      candidate("system", use: 900, priority: 2_000_000_000),
      candidate("almost", use: 900, priority: 1_999_999_999),
      candidate("static", use: 900) {
        $0.metadata.annotations["kubernetes.io/config.source"] = "file"
      },
      candidate("done", use: 900) { $0.status.phase = "Failed" },
      candidate("leaving", use: 900) { $0.metadata.deletionTimestamp = .at(0) },
    ]
    #expect(order(candidates) == ["almost"])
  }

  @Test("a pod that would give back next to nothing of a disk stays")
  func worthwhile() {
    let small = candidate("small", use: 0)
    #expect(order([small], .nodefsAvailable) == [])
    #expect(order([candidate("one", use: 1)], .imagefsAvailable) == ["one"])
    #expect(order([small], .memoryAvailable) == ["small"])
    let inodes = { (count: Int) in EvictionCandidate(pod: .sample(), containers: ["a": count]) }
    #expect(order([inodes(255)], .nodefsInodesFree) == [])
    #expect(order([inodes(256)], .nodefsInodesFree) == ["shop"])
  }

  @Test("the message names the resource, the amounts, who took them, and what would have helped")
  func message() {
    let breach = ThresholdBreach(
      threshold: EvictionThreshold(.nodefsAvailable, .percentage(10)), least: 100 << 20,
      available: (90 << 20) + 5)
    let candidate = candidate(
      "x", use: 60, request: ["ephemeral-storage": "10Mi"], volumes: 30)
    #expect(
      EvictionRanking.message(candidate, breach)
        == "The node was low on resource: ephemeral-storage. Threshold quantity: 100Mi, "
        + "available: 90Mi. Container a was using 60Mi, request is 10Mi, has larger consumption "
        + "of ephemeral-storage. Its emptyDir volumes were using 30Mi. Pods that stay within "
        + "resources.requests.ephemeral-storage go after all others. ")
    let pids = ThresholdBreach(
      threshold: EvictionThreshold(.pidAvailable, .amount(Quantity(1000))), least: 1000,
      available: 999)
    #expect(
      EvictionRanking.message(candidate, pids)
        == "The node was low on resource: pids. Threshold quantity: 1000, available: 999. ")
  }
}
