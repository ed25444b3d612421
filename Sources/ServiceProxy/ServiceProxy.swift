import Foundations
package import Logging
package import Resources
import Synchronization

/// Makes Services reachable on this node: follows Services and EndpointSlices and keeps the kernel's
/// rules in step with them.
package final class ServiceProxy: Sendable {
  private let services: Informer
  private let slices: Informer
  private let loader: RuleLoader
  private let acknowledger: RotationAcknowledger?
  private let surroundings: ServiceFragment.Surroundings
  private let logger: Logger
  private let pace: Pace
  private let signal = AsyncSignal()
  /// The Services to look at again. Bounded by the number of Services that are or were.
  private let dirty = Mutex<Set<ObjectKey>>([])
  private let statusState = Mutex(Status())

  /// When the proxy acts.
  package struct Pace: Sendable {
    /// From the first change to the transaction that holds it: later changes join it.
    package var gatherTime: Duration = .milliseconds(50)
    /// After a refused transaction; doubled each time up to `retryDelayMax`.
    package var retryDelay: Duration = .milliseconds(100)
    package var retryDelayMax: Duration = .seconds(10)
    /// How often to look whether somebody flushed the table.
    package var checkInterval: Duration = .seconds(30)
    package init() {}
  }

  /// How the last attempt went, for health checks and metrics.
  package struct Status: Equatable, Sendable {
    /// Transactions carried out.
    package var appliedCount = 0
    package var failureCount = 0
    /// `nil` once the rules are in place again.
    package var lastError: String?
    /// Whether the first rules are in the kernel.
    package var isReady: Bool { appliedCount > 0 }
  }

  /// - Parameters:
  ///   - slices: all EndpointSlices, for others on this node to read as well. The proxy runs it;
  ///     `nil` makes one.
  ///   - acknowledger: for the duty of a proxy; run by the caller. `nil` tells nobody.
  package init(
    client: any ClusterClient, surroundings: ServiceFragment.Surroundings,
    slices sharedSlices: Informer? = nil, acknowledger: RotationAcknowledger? = nil,
    loader: RuleLoader = RuleLoader(), pace: Pace = Pace(), logger: Logger
  ) {
    services = Informer(.services, client: client)
    slices = sharedSlices ?? Informer(.endpointSlices, client: client)
    self.acknowledger = acknowledger
    self.surroundings = surroundings
    self.loader = loader
    self.pace = pace
    self.logger = logger
    slices.addIndex(Self.byService) { Self.serviceKey(ofSlice: $0).map { [$0.description] } ?? [] }
    services.onChange { [weak self] in self?.note([ObjectKey($0.object)]) }
    slices.onChange { [weak self] change in
      var keys = [Self.serviceKey(ofSlice: change.object)]
      if case .updated(let old, _) = change { keys.append(Self.serviceKey(ofSlice: old)) }
      self?.note(keys.compactMap { $0 }, acknowledging: change)
    }
  }

  package var status: Status { statusState.withLock { $0 } }

  /// Keeps the rules until the task is cancelled, and leaves them in place then: what runs goes on
  /// being served while the node agent is replaced. `cleanUp` removes them.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.services.run() }
      group.addTask { await self.slices.run() }
      group.addTask { await self.keepRules() }
    }
  }

  /// Removes everything from the kernel that `run` put there. Call it when `run` is over.
  package func cleanUp() async throws {
    try await loader.apply(ServiceRules.removalText(table: surroundings.table))
  }

  private static let byService = "service"

  /// The Service that a slice belongs to; `nil` for slices that are for name servers only.
  static func serviceKey(ofSlice slice: Document) -> ObjectKey? {
    let labels = slice[path: "metadata", "labels"]
    guard labels?["service.kubernetes.io/headless"] == nil else { return nil }
    return labels?["kubernetes.io/service-name"]?.string.map {
      ObjectKey(namespace: ObjectKey(slice).namespace, name: $0)
    }
  }

  /// - Parameter slice: noted once the proxy knows what to look at, so that every mark the loop
  ///   takes covers it.
  private func note(_ keys: [ObjectKey], acknowledging slice: Informer.Change? = nil) {
    dirty.withLock { $0.formUnion(keys) }
    if let slice { acknowledger?.saw(slice) }
    signal.wake()
  }

  private func keepRules() async {
    // Rules made of half a list would refuse what the kernel still serves from before.
    do {
      for informer in [services, slices] { try await informer.waitUntilSynced() }
    } catch {
      return  // Cancelled.
    }
    // The copies are whole, but their changes may still be being told.
    note(services.objects.map { ObjectKey($0) })
    var cache = ServiceFragmentCache(surroundings)
    var applied: ServiceRules?
    var paths: Set<DatagramPath> = []
    var retryDelay = pace.retryDelay
    while !Task.isCancelled {
      let mark = acknowledger?.mark
      for key in dirty.withLock({ $0.take() }) { refresh(key, in: &cache) }
      let wanted = cache.rules
      do {
        try await bring(applied, to: wanted)
        await forget(paths.subtracting(wanted.datagramPaths))
        applied = wanted
        paths = wanted.datagramPaths
        retryDelay = pace.retryDelay
        if let mark { acknowledger?.acts(on: mark) }
      } catch is CancellationError {
        return
      } catch {
        record(error)
        // What the kernel holds is no longer known: the next try replaces the whole table.
        applied = nil
        do { try await ContinuousClock().sleep(for: retryDelay) } catch { return }
        retryDelay = min(retryDelay * 2, pace.retryDelayMax)
        continue
      }
      await signal.wait(until: .now + pace.checkInterval)
      do {
        if dirty.withLock({ $0.isEmpty }) {
          if try await !loader.isTablePresent(surroundings.table) { applied = nil }
        } else {
          try await ContinuousClock().sleep(for: pace.gatherTime)
        }
      } catch {
        if Task.isCancelled { return }
        record(error)
      }
    }
  }

  private func refresh(_ key: ObjectKey, in cache: inout ServiceFragmentCache) {
    let own = slices.objects(Self.byService, key.description).sorted {
      ObjectKey($0) < ObjectKey($1)
    }
    cache.update(key, services[key].map { Service($0) }, slices: own.map { EndpointSlice($0) })
  }

  private func bring(_ applied: ServiceRules?, to wanted: ServiceRules) async throws {
    let text = applied.map { wanted.changes(from: $0) } ?? wanted.replacementText
    if !text.isEmpty { try await loader.apply(text) }
    statusState.withLock {
      if !text.isEmpty { $0.appliedCount += 1 }
      $0.lastError = nil
    }
  }

  /// Walks of the connection table after one transaction: beyond them, flows end by their timeout
  /// (30 s without answers).
  private static let forgottenPathsMax = 256

  private func forget(_ paths: Set<DatagramPath>) async {
    if paths.count > Self.forgottenPathsMax {
      logger.warning(
        "some stale UDP flows are left to their timeout",
        metadata: ["paths": "\(paths.count)", "forgotten": "\(Self.forgottenPathsMax)"])
    }
    for path in paths.prefix(Self.forgottenPathsMax) {
      do {
        try await loader.forget(path)
      } catch is CancellationError {
        return
      } catch {
        logger.warning(
          "stale UDP flows are left to their timeout",
          metadata: ["endpoint": "\(path.endpoint)", "error": "\(error)"])
        return
      }
    }
  }

  private func record(_ error: any Error) {
    let count = statusState.withLock { status in
      status.failureCount += 1
      status.lastError = "the rules for Services are not in place: \(error)"
      return status.failureCount
    }
    logger.error(
      "the rules for Services are not in place",
      metadata: ["failures": "\(count)", "error": "\(error)"])
  }
}

extension Set {
  /// The members, which are not members afterwards.
  fileprivate mutating func take() -> Set {
    defer { removeAll() }
    return self
  }
}
