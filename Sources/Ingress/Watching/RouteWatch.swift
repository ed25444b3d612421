import Foundations
import IngressRouting
import Resources
import Synchronization

/// Follows what routes are made of, and hands out the tables that follow from it.
///
/// Services, endpoints and Secrets are followed only once an Ingress is there to be served: a cluster
/// without any pays for two empty watches.
final class RouteWatch: Sendable {
  /// What follows from the cluster at one moment.
  struct Outcome: Sendable {
    var routes = RouteTable()
    var certificates = CertificateTable()
    /// Whether there is an Ingress to serve.
    var isWanted = false
  }

  private let client: any ClusterClient
  private let ingresses: Informer
  private let classes: Informer
  private let services: Informer
  private let slices: Informer
  /// Somebody else runs it.
  private let isSharingSlices: Bool
  private let secrets: SecretWatch
  private let door: EndpointDoor?
  private let signal = AsyncSignal()
  private let state = Mutex(State())

  private struct State {
    /// Something that the tables are made of has changed.
    var isStale = true
    /// Services that a route leads to: changes of others do not matter.
    var routed: Set<ObjectKey> = []
  }

  /// From the first change to the table that holds it: later changes join it.
  private static let gatherTime = Duration.milliseconds(20)
  private static let byService = "service"

  /// - Parameter sharedSlices: all EndpointSlices, where somebody else on this node follows them.
  init(client: any ClusterClient, sharedSlices: Informer?, door: EndpointDoor?) {
    self.client = client
    self.door = door
    ingresses = Informer(.ingresses, client: client)
    classes = Informer(.ingressClasses, client: client)
    services = Informer(.services, client: client)
    slices = sharedSlices ?? Informer(.endpointSlices, client: client)
    isSharingSlices = sharedSlices != nil
    secrets = SecretWatch(client: client)
    slices.addIndex(Self.byService) { Self.serviceKey(ofSlice: $0).map { [$0.description] } ?? [] }
    ingresses.onChange { [weak self] _ in self?.noteStale() }
    classes.onChange { [weak self] _ in self?.noteStale() }
    services.onChange { [weak self] in self?.note([ObjectKey($0.object)]) }
    slices.onChange { [weak self] change in
      var keys = [Self.serviceKey(ofSlice: change.object)]
      if case .updated(let old, _) = change { keys.append(Self.serviceKey(ofSlice: old)) }
      self?.note(keys.compactMap { $0 }, change)
    }
  }

  /// The Service that a slice belongs to.
  private static func serviceKey(ofSlice slice: Document) -> ObjectKey? {
    slice[path: "metadata", "labels", "kubernetes.io/service-name"]?.string.map {
      ObjectKey(namespace: ObjectKey(slice).namespace, name: $0)
    }
  }

  private func noteStale() {
    state.withLock { $0.isStale = true }
    signal.wake()
  }

  /// - Parameter slice: told at the door once it is noted, so that every mark covers it.
  private func note(_ changed: [ObjectKey], _ slice: Informer.Change? = nil) {
    let matters = state.withLock { state in
      guard !state.routed.isDisjoint(with: changed) else { return false }
      state.isStale = true
      return true
    }
    if let slice, let door {
      door.saw(slice)
    } else if !matters {
      return
    }
    signal.wake()
  }

  /// The certificate in a Secret, as far as it is known and fit for use.
  func certificate(in secret: ObjectKey) -> WatchedSecret? { secrets[secret] }

  /// Follows until the task is cancelled, and tells each outcome once something in its making changed.
  /// - Parameter apply: returns once it is in force.
  func run(_ apply: @escaping @Sendable (Outcome) async -> Void) async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.ingresses.run() }
      group.addTask { await self.classes.run() }
      var isFollowing = false
      do {
        try await untilSynced([ingresses, classes])
        while !Task.isCancelled {
          let acknowledge = door?.mark()
          if takeStale() {
            if !isFollowing, !served.isEmpty {
              isFollowing = true
              group.addTask { await self.services.run() }
              if !isSharingSlices { group.addTask { await self.slices.run() } }
              group.addTask { await self.secrets.run { self.noteStale() } }
            }
            if isFollowing {
              try await untilSynced([services, slices])
              await apply(await outcome())
            }
          }
          acknowledge?()
          await signal.wait()
          try await ContinuousClock().sleep(for: Self.gatherTime)
        }
      } catch {
        // Cancelled.
      }
    }
  }

  private func takeStale() -> Bool {
    state.withLock { state in
      defer { state.isStale = false }
      return state.isStale
    }
  }

  /// Half a list would answer with 404 what exists.
  private func untilSynced(_ informers: [Informer]) async throws {
    for informer in informers { try await informer.waitUntilSynced() }
  }

  private var served: [IngressRules] {
    let classes = IngressClasses(self.classes.objects)
    return ingresses.objects.map { Ingress($0) }.filter { classes.serves($0) }
      .map { IngressRules($0) }
  }

  private func outcome() async -> Outcome {
    let served = self.served
    // First, so that no change goes unnoticed from here on.
    state.withLock { $0.routed = served.reduce(into: []) { $0.formUnion($1.services) } }
    await secrets.follow(served.reduce(into: []) { $0.formUnion($1.secrets) })
    let objects = BackendObjects(
      service: { [services] in services[$0].map { Service($0) } },
      slices: { [slices] in
        slices.objects(Self.byService, $0.description).map { EndpointSlice($0) }
      })
    return Outcome(
      routes: RouteTable(served, objects),
      certificates: CertificateTable(served) { [secrets] in secrets[$0]?.facts ?? .missing },
      isWanted: !served.isEmpty)
  }
}
