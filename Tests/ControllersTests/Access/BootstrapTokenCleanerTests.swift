import APIServer
import Foundations
import Logging
import MartletTesting
import Resources
import Testing

@testable import Controllers

@Suite(.timeLimit(.minutes(1))) struct BootstrapTokenCleanerTests {
  @Test("an expired token goes, and one that lasts is looked at when it ends")
  func expiry() async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      let now = try #require(Timestamp("2026-03-01T12:00:00Z"))
      for (name, end) in [("aaaaaa", "2026-03-01T12:00:00Z"), ("bbbbbb", "2026-03-01T12:01:00Z")] {
        _ = try await client.create(
          .secrets, namespace: "kube-system",
          [
            "metadata": ["name": Document("bootstrap-token-\(name)")],
            "type": "bootstrap.kubernetes.io/token",
            "stringData": [
              "token-id": Document(name), "token-secret": "0123456789abcdef",
              "expiration": Document(end),
            ],
          ])
      }
      let informers = InformerSet(client: client)
      let cleaner = BootstrapTokenCleaner(client: client, informers: informers, now: { now })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        try await informers[.secrets].waitUntilSynced()
        func key(_ name: String) -> ObjectKey {
          ObjectKey(namespace: "kube-system", name: "bootstrap-token-\(name)")
        }
        #expect(try await cleaner.reconcile(key("aaaaaa")) == nil)
        #expect(try await cleaner.reconcile(key("bbbbbb")) == .seconds(61))
        let left = try await client.list(.secrets, namespace: "kube-system").items
        #expect(left.map { ObjectKey($0) } == [key("bbbbbb")])
        group.cancelAll()
      }
    }
  }
}
