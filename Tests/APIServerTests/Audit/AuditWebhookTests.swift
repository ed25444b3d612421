import Foundations
import Logging
import Networking
import Resources
import Synchronization
import Testing

@testable import APIServer
@testable import Security

@Suite("Audit webhook", .timeLimit(.minutes(2)))
struct AuditWebhookTests {
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private static func webhook(_ hook: FakeWebhook, _ change: (inout AuditWebhook.Limits) -> Void)
    throws -> AuditWebhook
  {
    var limits = AuditWebhook.Limits()
    limits.batchWait = .milliseconds(50)
    limits.retryPause = .milliseconds(10)
    change(&limits)
    return try AuditWebhook(
      ClusterConnection(
        server: "https://localhost:\(hook.port)/events",
        authorityPEM: hook.authority.certificatePEM,
        tlsServerName: nil, skipsTLSVerification: false, identity: nil, token: nil, namespace: nil),
      limits: limits, logger: logger)
  }

  private static func event(_ number: Int) -> [UInt8] { Array("{\"n\":\(number)}".utf8) }

  private static func numbers(_ hook: FakeWebhook) -> [[Int]] {
    hook.requests.map { list in
      (list["items"] ?? .emptyArray).elements.compactMap { $0["n"]?.integer }
    }
  }

  private func eventually(_ isTrue: () -> Bool) async throws {
    for _ in 0..<1000 {
      if isTrue() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come true within ten seconds")
  }

  @Test("events are sent as lists, together as far as they fit, and the rest at the end")
  func batches() async throws {
    try await FakeWebhook.run { _, _ in
      .whole(ServerResponse(status: 200))
    } _: { hook in
      let webhook = try Self.webhook(hook) {
        $0.batchMax = 2
        $0.batchWait = .seconds(60)
      }
      for number in 1...5 { webhook.record(Self.event(number)) }
      let run = Task { await webhook.run() }
      try await eventually { Self.numbers(hook) == [[1, 2], [3, 4]] }
      #expect(hook.requests.first?["kind"] == "EventList")
      #expect(hook.requests.first?["apiVersion"] == "audit.k8s.io/v1")
      run.cancel()
      await run.value
      #expect(Self.numbers(hook) == [[1, 2], [3, 4], [5]])
    }
  }

  @Test("what waits alone is sent when its time has come")
  func wait() async throws {
    try await FakeWebhook.run { _, _ in
      .whole(ServerResponse(status: 204))
    } _: { hook in
      let webhook = try Self.webhook(hook) { _ in }
      let run = Task { await webhook.run() }
      webhook.record(Self.event(1))
      try await eventually { Self.numbers(hook) == [[1]] }
      webhook.record(Self.event(2))
      try await eventually { Self.numbers(hook) == [[1], [2]] }
      run.cancel()
      await run.value
    }
  }

  @Test(
    "a server in trouble is tried again, one that refuses is not, and more than may wait is dropped"
  )
  func failures() async throws {
    let count = Mutex(0)
    try await FakeWebhook.run { _, _ in
      let number = count.withLock { count in
        count += 1
        return count
      }
      return .whole(ServerResponse(status: number < 3 ? 503 : number == 4 ? 400 : 200))
    } _: { hook in
      let webhook = try Self.webhook(hook) {
        $0.waitingMax = 3
        $0.batchMax = 3
      }
      for number in 1...5 { webhook.record(Self.event(number)) }
      #expect(webhook.waitingCount == 3 && webhook.lostCount == 2)
      let run = Task { await webhook.run() }
      try await eventually { Self.numbers(hook) == [[1, 2, 3], [1, 2, 3], [1, 2, 3]] }
      webhook.record(Self.event(6))
      try await eventually { Self.numbers(hook).count == 4 }
      webhook.record(Self.event(7))
      try await eventually { Self.numbers(hook).count == 5 }
      #expect(Self.numbers(hook).suffix(2) == [[6], [7]])
      #expect(webhook.lostCount == 3)
      run.cancel()
      await run.value
    }
  }

  @Test("a server that cannot be used as described is refused at the start")
  func unusable() throws {
    func open(_ server: String, token: Redacted<[UInt8]>? = nil, name: String? = nil) throws {
      _ = try AuditWebhook(
        ClusterConnection(
          server: server, authorityPEM: nil, tlsServerName: name, skipsTLSVerification: false,
          identity: nil, token: token, namespace: nil), logger: Self.logger)
    }
    try open("http://127.0.0.1:1/")
    #expect(throws: AuditWebhook.Unusable.self) { try open("localhost:1") }
    #expect(throws: AuditWebhook.Unusable.self) {
      try open("http://127.0.0.1:1/", token: Redacted(Array("t".utf8)))
    }
    #expect(throws: AuditWebhook.Unusable.self) { try open("https://x/", name: "y") }
  }
}
