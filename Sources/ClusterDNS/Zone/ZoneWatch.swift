import Foundations
package import Resources
import Synchronization

/// Follows Services, EndpointSlices and namespaces and hands out the zone that they make.
package final class ZoneWatch: Sendable {
  private let domain: ClusterDomain
  private let services: Informer
  private let slices: Informer
  private let namespaces: Informer
  private let signal = AsyncSignal()
  /// What to look at again. Bounded by the number of objects that are or were.
  private let dirty = Mutex(Dirty())
  private let current: Mutex<ClusterZone>

  private struct Dirty {
    var services: Set<ObjectKey> = []
    var namespaces: Set<String> = []
  }

  /// From the first change to the zone that holds it: later changes join it. A rolled out Deployment
  /// changes its slices many times a second, and each zone costs a copy of the table.
  private static let gatherTime = Duration.milliseconds(20)

  package init(_ domain: ClusterDomain, client: any ClusterClient) {
    self.domain = domain
    services = Informer(.services, client: client)
    slices = Informer(.endpointSlices, client: client)
    namespaces = Informer(.namespaces, client: client)
    current = Mutex(ZoneBuilder(domain).zone)
    slices.addIndex(Self.byService) { Self.serviceKey(ofSlice: $0).map { [$0.description] } ?? [] }
    services.onChange { [weak self] in self?.note([ObjectKey($0.object)]) }
    slices.onChange { [weak self] change in
      var keys = [Self.serviceKey(ofSlice: change.object)]
      if case .updated(let old, _) = change { keys.append(Self.serviceKey(ofSlice: old)) }
      self?.note(keys.compactMap { $0 })
    }
    namespaces.onChange { [weak self] change in
      if case .updated = change { return }
      self?.note(namespace: ObjectKey(change.object).name)
    }
  }

  /// The newest zone.
  package var zone: ClusterZone { current.withLock { $0 } }

  /// Follows until the task is cancelled.
  /// - Parameter onSynced: called once, when the zone holds all that the first lists held.
  package func run(onSynced: @escaping @Sendable () -> Void) async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.services.run() }
      group.addTask { await self.slices.run() }
      group.addTask { await self.namespaces.run() }
      group.addTask { await self.keepZone(onSynced) }
    }
  }

  private static let byService = "service"

  /// The Service that a slice belongs to.
  private static func serviceKey(ofSlice slice: Document) -> ObjectKey? {
    slice[path: "metadata", "labels", "kubernetes.io/service-name"]?.string.map {
      ObjectKey(namespace: ObjectKey(slice).namespace, name: $0)
    }
  }

  private func note(_ keys: [ObjectKey]) {
    dirty.withLock { $0.services.formUnion(keys) }
    signal.wake()
  }

  private func note(namespace: String) {
    _ = dirty.withLock { $0.namespaces.insert(namespace) }
    signal.wake()
  }

  private func keepZone(_ onSynced: @Sendable () -> Void) async {
    var builder = ZoneBuilder(domain)
    do {
      // Half a list would deny what exists.
      for informer in [services, slices, namespaces] { try await informer.waitUntilSynced() }
      refresh(&builder)
      onSynced()
      while !Task.isCancelled {
        await signal.wait()
        try await ContinuousClock().sleep(for: Self.gatherTime)
        refresh(&builder)
      }
    } catch {
      // Cancelled.
    }
  }

  private func refresh(_ builder: inout ZoneBuilder) {
    let changed = dirty.withLock { dirty in
      defer { dirty = Dirty() }
      return dirty
    }
    for name in changed.namespaces {
      let exists = namespaces[ObjectKey(namespace: "", name: name)] != nil
      builder.update(namespace: name, exists: exists)
    }
    for key in changed.services { builder.update(key, records(key)) }
    let zone = builder.zone
    current.withLock { $0 = zone }
  }

  private func records(_ key: ObjectKey) -> [DomainName: [RecordData]] {
    guard let service = services[key] else { return [:] }
    let own = slices.objects(Self.byService, key.description).sorted {
      ObjectKey($0) < ObjectKey($1)
    }
    return ServiceNames.records(
      of: Service(service), slices: own.map { EndpointSlice($0) }, in: domain)
  }
}
