import Foundations
import MartletTesting
import Networking
import Resources
import Synchronization
import Testing

@testable import APIServer

/// One client with two hundred connections that writes and lists as fast as it is let, and does not
/// wait when it is told to.
@Suite("A noisy client", .timeLimit(.minutes(5)))
struct NoisyClientTests {
  private static let connections = 200
  /// What each calm client asks for, however long that takes beside the noise.
  private static let calmRequests = 20
  private static let maps = "/api/v1/namespaces/default/configmaps"
  private static let leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"

  /// The noisy client's level gets one seat of these.
  private static func configure(_ configuration: inout APIServer.Configuration) {
    configuration.requestsInFlightMax = 100
  }

  /// Set when the calm clients have what they asked for.
  private final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
  }

  /// How the requests of one client went.
  private final class Record: Sendable {
    private struct State {
      var latencies: [Duration] = []
      var refusedCount = 0
      var others: [Int: Int] = [:]
    }
    private let state = Mutex(State())

    func add(_ status: Int, _ latency: Duration) {
      state.withLock { state in
        switch status {
        case 200, 201: state.latencies.append(latency)
        case 429: state.refusedCount += 1
        default: state.others[status, default: 0] += 1
        }
      }
    }

    var servedCount: Int { state.withLock { $0.latencies.count } }
    var refusedCount: Int { state.withLock { $0.refusedCount } }
    var others: [Int: Int] { state.withLock { $0.others } }

    /// Some of its requests were served and many refused.
    var isHeld: Bool { servedCount > 5 && refusedCount > 50 }

    /// - Parameter share: 0...1.
    func latency(at share: Double) -> Duration {
      let sorted = state.withLock { $0.latencies }.sorted()
      return sorted.isEmpty ? .zero : sorted[Int(Double(sorted.count - 1) * share)]
    }
  }

  /// Sends one request after the other until `isOver`.
  private func run(
    _ client: TestAPIClient, pause: Duration = .zero, into record: Record,
    until isOver: @Sendable (_ count: Int) -> Bool,
    _ request: (TestAPIClient, _ count: Int) async throws -> TestAPIClient.Answer
  ) async throws {
    var count = 0
    while !isOver(count) {
      let start = ContinuousClock.now
      let answer = try await request(client, count)
      record.add(answer.status, ContinuousClock.now - start)
      count += 1
      if pause > .zero { try await Task.sleep(for: pause) }
    }
  }

  private func prepare(_ admin: TestAPIClient) async throws {
    let group = "/apis/flowcontrol.apiserver.k8s.io/v1"
    let everything =
      #"[{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"namespaces":["*"]}]"#
    for (path, json) in [
      (
        group + "/prioritylevelconfigurations",
        #"""
        {"metadata":{"name":"little"},"spec":{"type":"Limited","limited":{
         "nominalConcurrencyShares":1,"borrowingLimitPercent":0,"limitResponse":{"type":"Queue",
         "queuing":{"queues":4,"handSize":2,"queueLengthLimit":4}}}}}
        """#
      ),
      (
        group + "/flowschemas",
        #"""
        {"metadata":{"name":"little"},"spec":{"priorityLevelConfiguration":{"name":"little"},
         "matchingPrecedence":450,"distinguisherMethod":{"type":"ByUser"},"rules":[{
         "subjects":[{"kind":"User","user":{"name":"noisy"}}],"resourceRules":\#(everything)}]}}
        """#
      ),
      (
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        #"""
        {"metadata":{"name":"all"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io",
         "kind":"ClusterRole","name":"cluster-admin"},
         "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group",
         "name":"system:authenticated"}]}
        """#
      ),
      ("/api/v1/namespaces", #"{"metadata":{"name":"kube-node-lease"}}"#),
      (Self.leases, #"{"metadata":{"name":"a"},"spec":{"holderIdentity":"a"}}"#),
    ] {
      let answer = try await admin.post(path, json)
      #expect(answer.status == 201, "\(answer.text)")
    }
    let filling = String(repeating: "x", count: 1_000)
    for number in 0..<300 {
      let answer = try await admin.post(
        Self.maps, #"{"metadata":{"name":"m\#(number)"},"data":{"a":"\#(filling)"}}"#)
      #expect(answer.status == 201, "\(answer.text)")
    }
  }

  @Test("it is held to its level, while a node's heartbeats and another user go on")
  func noise() async throws {
    let (noisy, node, other, quiet) = (Record(), Record(), Record(), Flag())
    try await TestAPIServer.run(configure: Self.configure) { server in
      try await prepare(try server.client())
      let crowd = try (0..<Self.connections).map { _ in
        try server.client(user: "noisy", groups: [])
      }
      let heart = try server.client(user: "system:node:a", groups: ["system:nodes"])
      let jane = try server.client(user: "jane", groups: [])
      // Connected before it counts: handshakes are another matter.
      for client in crowd + [heart, jane] { _ = try await client.get("/version") }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (place, client) in crowd.enumerated() {
          group.addTask {
            try await run(client, into: noisy, until: { _ in quiet.isSet && noisy.isHeld }) {
              client, count in
              if (place + count).isMultiple(of: 2) { return try await client.get(Self.maps) }
              return try await client.put(
                Self.maps + "/m\(place)",
                #"{"metadata":{"name":"m\#(place)"},"data":{"b":"\#(count)"}}"#)
            }
          }
        }
        defer { quiet.set() }
        async let beats: Void = run(
          heart, pause: .milliseconds(20), into: node, until: { $0 == Self.calmRequests }
        ) { client, count in
          try await client.patch(
            Self.leases + "/a", .merge, #"{"spec":{"leaseTransitions":\#(count)}}"#)
        }
        async let work: Void = run(
          jane, pause: .milliseconds(20), into: other, until: { $0 == Self.calmRequests }
        ) { client, count in
          if count.isMultiple(of: 2) { return try await client.get(Self.maps + "/m1") }
          return try await client.post(Self.maps, #"{"metadata":{"generateName":"jane-"}}"#)
        }
        _ = try await (beats, work)
        quiet.set()
        try await group.waitForAll()
      }
    }
    let said = """
      noisy: \(noisy.servedCount) served, p50 \(noisy.latency(at: 0.5)), \
      \(noisy.refusedCount) refused; node: \(node.servedCount), p50 \(node.latency(at: 0.5)), \
      p99 \(node.latency(at: 0.99)); other: \(other.servedCount), p50 \(other.latency(at: 0.5)), \
      p99 \(other.latency(at: 0.99))
      """
    print(said)
    #expect(noisy.isHeld, "\(said)")
    #expect(noisy.others == [:] && node.others == [:] && other.others == [:], "\(said)")
    #expect(node.refusedCount == 0 && other.refusedCount == 0, "\(said)")
    // All clients share this process, so that what they take of it is part of every latency:
    // `EndToEndTests.FairnessTests` measures those.
    let calm = [node.servedCount, other.servedCount]
    #expect(calm == [Self.calmRequests, Self.calmRequests], "\(said)")
  }
}
