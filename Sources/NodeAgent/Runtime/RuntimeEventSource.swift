import ContainerRuntimeInterface
import Foundations
import SwiftProtobuf
import Synchronization

/// Listens to the runtime and fills a queue with what happens on its own. It takes the best the
/// runtime has to offer: containerd's event stream, else the interface's own, else a list a second.
package struct RuntimeEventSource: Sendable {
  private let client: ContainerRuntimeClient
  private let queue: RuntimeEventQueue
  private let clock: any Clock<Duration>

  /// Should an event be lost in spite of all, its pod waits no longer than this.
  package static let safetyNetInterval: Duration = .seconds(60)
  /// With a runtime that has no events.
  static let listInterval: Duration = .seconds(1)
  /// Between attempts while the runtime is away.
  static let retryInterval: Duration = .milliseconds(200)

  package init(
    client: ContainerRuntimeClient, queue: RuntimeEventQueue,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.client = client
    self.queue = queue
    self.clock = clock
  }

  /// Listens until the task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await resyncRegularly() }
      await listen()
      group.cancelAll()
    }
  }

  private func listen() async {
    let sources: [@Sendable () async throws -> Void] = [listenToContainerd, listenToInterface]
    var next = 0
    while !Task.isCancelled {
      guard next < sources.count else { return await resync(every: Self.listInterval) }
      do {
        try await sources[next]()
      } catch RuntimeError.unimplemented {
        next += 1
        continue
      } catch {
        // The connection's state is told by the calls that need it; here it is only tried again.
      }
      await pause(Self.retryInterval)
    }
  }

  private func resyncRegularly() async { await resync(every: Self.safetyNetInterval) }

  private func resync(every interval: Duration) async {
    while !Task.isCancelled {
      await pause(interval)
      queue.append(.resync)
    }
  }

  private func pause(_ duration: Duration) async {
    do { try await clock.sleep(for: duration) } catch { return }  // cancelled: the caller looks
  }
}

// MARK: - The interface's own events

extension RuntimeEventSource {
  private func listenToInterface() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask {
        queue.append(.resync)
        // Nothing tells when the runtime has begun to listen: what it missed until then is found
        // by a second look.
        await pause(Self.listInterval)
        queue.append(.resync)
      }
      defer { group.cancelAll() }
      try await client.connection.stream(
        ContainerRuntimeClient.runtimeService, "GetContainerEvents", CRIGetEventsRequest()
      ) { (event: CRIContainerEventResponse) in
        guard event.containerEventType == .stopped else { return }
        queue.append(.exited(id: event.containerID))
      }
    }
  }
}

// MARK: - containerd's events

extension RuntimeEventSource {
  private static let eventsService = "containerd.services.events.v1.Events"

  private func listenToContainerd() async throws {
    let request = ContainerdSubscribeRequest.with {
      $0.filters = ContainerdTopic.allCases.map {
        "namespace==\"\($0.namespace)\",topic==\"\($0.rawValue)\""
      }
    }
    let listening = Listening()
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { try await announce(until: listening) }
      // Whoever settles ends by itself within seconds: the list after a break waits for them.
      try await client.connection.stream(Self.eventsService, "Subscribe", request) {
        (envelope: ContainerdEnvelope) in
        switch ContainerdTopic(rawValue: envelope.topic) {
        case .listening:
          if listening.begin() { queue.append(.resync) }
        case .taskDelete:
          let event = try ContainerdTaskDelete(serializedBytes: envelope.event.value)
          guard event.id.isEmpty || event.id == event.containerID else { return }
          group.addTask { await settle(event.containerID) }
        case .taskOutOfMemory:
          let event = try ContainerdTaskOOM(serializedBytes: envelope.event.value)
          queue.append(.outOfMemory(ContainerID(event.containerID)))
        case nil:
          return
        }
      }
      group.cancelAll()
    }
  }

  /// Sends an event of our own until it is heard: from then on nothing is missed, and a list shows
  /// what happened before. containerd itself says nothing until something happens.
  private func announce(until listening: Listening) async throws {
    while !listening.hasBegun, !Task.isCancelled {
      let request = ContainerdForwardRequest.with {
        $0.envelope.timestamp = Google_Protobuf_Timestamp(seconds: Timestamp.now().seconds)
        $0.envelope.namespace = ContainerdTopic.listening.namespace
        $0.envelope.topic = ContainerdTopic.listening.rawValue
        $0.envelope.event.typeURL = "dev.martlet.Listening"
      }
      let _: Google_Protobuf_Empty = try await client.connection.call(
        Self.eventsService, "Forward", request, deadline: .seconds(10))
      await pause(.milliseconds(20))
    }
  }

  /// The exit's event overtakes the status by some milliseconds: waits until the status has it, so
  /// that a reader of the event finds the exit code.
  private func settle(_ id: String) async {
    var delay: Duration = .milliseconds(1)
    for _ in 0..<Self.settleAttemptsMax {
      if await hasEnded(id) { break }
      await pause(delay)
      delay *= 2
    }
    queue.append(.exited(id: id))
  }

  /// 1 + 2 + 4 + ... ms: four seconds in all.
  private static let settleAttemptsMax = 12

  private func hasEnded(_ id: String) async -> Bool {
    do {
      let state = try await client.containerStatus(ContainerID(id)).state
      return state == .exited || state == .unknown
    } catch RuntimeError.notFound {
      do {
        return try await client.sandboxStatus(SandboxID(id)).state == .notReady
      } catch {
        return true  // gone, or the runtime is: the reader of the event will see which
      }
    } catch {
      return true
    }
  }
}

/// Whether the event stream has carried anything.
private final class Listening: Sendable {
  private let flag = Mutex(false)

  var hasBegun: Bool { flag.withLock { $0 } }

  /// - Returns: true the first time.
  func begin() -> Bool {
    flag.withLock { flag in
      defer { flag = true }
      return !flag
    }
  }
}

/// The events asked for.
private enum ContainerdTopic: String, CaseIterable {
  /// Follows the exit, when the runtime has noted that.
  case taskDelete = "/tasks/delete"
  case taskOutOfMemory = "/tasks/oom"
  /// Our own, to ourselves.
  case listening = "/martlet/listening"

  var namespace: String { self == .listening ? "martlet" : "k8s.io" }
}
