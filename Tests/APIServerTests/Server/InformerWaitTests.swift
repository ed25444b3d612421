import APIServer
import Foundations
import MartletTesting
import Resources
import Testing

@Suite("Waiting for an informer", .timeLimit(.minutes(1)))
struct InformerWaitTests {
  private let key = ObjectKey(namespace: "default", name: "never")

  @Test("a wait ends with its task, before and after it has begun")
  func cancelled() async throws {
    try await TestAPIServer.run { server in
      let informer = Informer(.configMaps, client: server.api.client)
      for mustBegin in [true, false] {
        let begun = AsyncSignal()
        let task = Task {
          if !mustBegin { await begun.wait() }
          await informer.waitUntil(key, limit: .seconds(3600)) { object in
            begun.wake()
            return object != nil
          }
        }
        if mustBegin { await begun.wait() }
        task.cancel()
        begun.wake()
        await task.value
      }
    }
  }

  @Test("waiting for a first list that never comes ends with its task", arguments: [0, 20])
  func cancelledBeforeTheList(pauseMilliseconds: Int) async throws {
    try await TestAPIServer.run { server in
      let informer = Informer(.configMaps, client: server.api.client)
      let task = Task { try await informer.waitUntilSynced() }
      try await ContinuousClock().sleep(for: .milliseconds(pauseMilliseconds))
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test("a wait ends with its limit")
  func limited() async throws {
    try await TestAPIServer.run { server in
      let informer = Informer(.configMaps, client: server.api.client)
      await informer.waitUntil(key, limit: .milliseconds(1)) { $0 != nil }
    }
  }
}
