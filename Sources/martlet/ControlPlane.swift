import APIServer
import Controllers
import Foundations
import Logging
import NIOCore
import Networking
import Resources
import Scheduling
import Security
import Store
import Synchronization

/// The control plane of one process: store, API server, controllers, scheduler.
struct ControlPlane {
  let credentials: ServerCredentials
  let api: APIServer
  private let tokens: ServiceAccountTokens
  private let store: SealedStore
  private let sealing: SecretSealing
  private let encryption: EncryptionFile?
  private let audit: AuditLog?
  private let tracer: RequestTracer?
  private let settings: ControlPlaneSettings
  private let logger: Logger

  /// Opens the store and loads what it holds.
  /// - Throws: one clear sentence for whatever stands in the way.
  static func open(_ settings: ControlPlaneSettings, logger: Logger) async throws -> ControlPlane {
    let credentials = try ServerCredentials(
      store: CredentialStore(directory: "\(settings.dataDirectory)/pki"), naming: settings.naming)
    for change in credentials.current.changes { logger.info("\(change)") }
    let sealing = try SecretSealing(SealingKeyFile(settings.sealingKeys))
    var encryption: EncryptionFile?
    if let path = settings.encryptionFile {
      encryption = try await EncryptionFile.open(path, logger: logger)
    }
    let store = SealedStore(
      try SQLiteStore(directory: "\(settings.dataDirectory)/store", logger: logger),
      seal: encryption?.seal(beside: sealing) ?? sealing,
      below: [APIServer.storePrefix(of: .secrets)])
    let tokens = ServiceAccountTokens(
      issuer: settings.tokenIssuer, audiences: [settings.tokenIssuer],
      signingKey: credentials.current.serviceAccountKey)
    var configuration = APIServer.Configuration(
      advertisedAddress: "\(settings.advertisedAddress):\(settings.port)",
      serviceRange: settings.serviceRange, nodePorts: settings.nodePorts,
      clusterDomain: settings.naming.clusterDomain, serverVersion: settings.kubernetesVersion)
    configuration.authorityPEM = credentials.authorityPEM
    configuration.frontProxy = credentials.frontProxy
    configuration.requestsInFlightMax = settings.requestsInFlightMax
    configuration.authenticationFile = settings.authenticationFile
    configuration.authorizationFile = settings.authorizationFile
    configuration.staticTokens = try settings.tokenFile.map(TokenFile.read)
    let audit = try settings.audit?.open(logger)
    configuration.audit = audit
    let tracer = try settings.tracingFile.map {
      try TracingFile.open($0, instance: settings.naming.nodeName, logger: logger)
    }
    configuration.tracer = tracer
    configuration.hasDebugPages = settings.hasDebugPages
    let api = try await APIServer.open(
      store: store, configuration: configuration, tokens: tokens,
      nodes: credentials.nodes, logger: logger)
    encryption?.addChecks(to: api.health)
    encryption?.addMetrics(to: api.metrics)
    return ControlPlane(
      credentials: credentials, api: api, tokens: tokens, store: store, sealing: sealing,
      encryption: encryption, audit: audit, tracer: tracer, settings: settings, logger: logger)
  }

  /// Serves until the task is cancelled, then stops in order.
  /// - Parameters:
  ///   - onRenewal: called when certificates were made again, until it succeeds.
  ///   - onReady: called once requests are answered.
  func run(
    onRenewal: @Sendable @escaping (ClusterCredentials) throws -> Void,
    onReady: @Sendable @escaping () async throws -> Void
  ) async throws {
    let progress = Progress()
    progress.addChecks(to: api.health)
    let server = try await HTTPServer.start(
      ServerConfiguration(
        addresses: [ListenAddress(host: settings.bindAddress, port: settings.port)],
        tls: credentials.apiServing, logger: logger), handler: api.handler)
    do {
      try await SystemObjects(settings: settings).ensure(api.client)
      try await DefaultAccess.all.ensure(api.client)
      try await DefaultFlowControl.all.ensure(api.client)
      try await ExtensionAuthentication(credentials: credentials.current).ensure(api.client)
      progress.hasSystemObjects.store(true, ordering: .relaxed)
      try await withThrowingDiscardingTaskGroup { group in
        group.addTask { [sealing, store, logger] in await sealing.run(store, logger: logger) }
        if let encryption {
          group.addTask { [store, logger] in await encryption.run(store, logger: logger) }
        }
        addControllers(to: &group, progress, onRenewal)
        if let audit { group.addTask { await audit.run() } }
        if let tracer { group.addTask { await tracer.run() } }
        group.addTask { try await onReady() }
      }
    } catch is CancellationError {
      // The usual end.
    } catch {
      progress.isStopping.store(true, ordering: .relaxed)
      await stop(server)
      throw error
    }
    progress.isStopping.store(true, ordering: .relaxed)
    await stop(server)
  }

  /// How far start and end have come, for the probes.
  private final class Progress: Sendable {
    let hasSystemObjects = Atomic(false)
    let isStopping = Atomic(false)
    let informers = Mutex<[Informer]>([])

    func addChecks(to health: HealthChecks) {
      health.add(
        HealthCheck("log") {
          ProcessLog.isTaken ? nil : "whatever reads the log on standard error takes nothing"
        })
      health.add(
        HealthCheck("poststarthook/start-system-namespaces-controller") {
          self.hasSystemObjects.load(ordering: .relaxed)
            ? nil : "the cluster's own namespaces and services are not all there yet"
        })
      health.add(
        HealthCheck("informer-sync", on: [.ready]) {
          let informers = self.informers.withLock { $0 }
          let behind = informers.filter { !$0.isSynced }.map(\.resource.plural)
          guard informers.isEmpty || !behind.isEmpty else { return nil }
          return "controllers do not know the objects yet: \(behind.joined(separator: ", "))"
        })
      health.add(
        HealthCheck("shutdown", on: [.ready]) {
          self.isStopping.load(ordering: .relaxed) ? "the server is stopping" : nil
        })
    }
  }

  private static let drain = Duration.seconds(5)

  private func stop(_ server: HTTPServer) async {
    await server.stop(drain: Self.drain)
    await store.close()
  }

  private func addControllers(
    to group: inout ThrowingDiscardingTaskGroup<any Error>, _ progress: Progress,
    _ onRenewal: @Sendable @escaping (ClusterCredentials) throws -> Void
  ) {
    let client = api.client
    let informers = InformerSet(client: client, kinds: api.kinds)
    let events = EventRecorder(client: client, component: "martlet-controllers")
    let schedulerEvents = EventRecorder(client: client, component: "default-scheduler")
    let namespaceDefaults = NamespaceDefaultsController(
      client: client, informers: informers, rootCertificate: credentials.authorityPEM)
    let tokenSecrets = TokenSecretController(
      client: client, informers: informers, tokens: tokens,
      rootCertificate: credentials.authorityPEM)
    let renewal = ServerCredentialRenewal(credentials: credentials, logger: logger) { old, new in
      try onRenewal(new)
      guard old.authorityPEMs != new.authorityPEMs else { return }
      try await ExtensionAuthentication(credentials: new).ensure(client)
      namespaceDefaults.rootCertificateChanged()
      tokenSecrets.rootCertificateChanged()
    }
    var controllers: [any Controller] = [
      ReplicaSetController(.replicaSets, client: client, informers: informers, events: events),
      ReplicaSetController(
        .replicationControllers, client: client, informers: informers, events: events),
      DeploymentController(client: client, informers: informers, events: events),
      DaemonSetController(client: client, informers: informers, events: events),
      StatefulSetController(client: client, informers: informers, events: events),
      JobController(client: client, informers: informers, events: events),
      OrphanedJobPodController(client: client, informers: informers),
      CronJobController(client: client, informers: informers, events: events),
      FinishedJobCleaner(client: client, informers: informers),
      EndpointSliceController(client: client, informers: informers),
      EndpointsController(client: client, informers: informers),
      EndpointSliceMirroringController(client: client, informers: informers),
      NamespaceController(
        client: client, informers: informers, kinds: api.kinds, events: events
      ) { [aggregation = api.aggregation] namespace in
        await aggregation?.empty(namespace: namespace) ?? NamespaceRemains()
      },
      namespaceDefaults,
      GarbageCollector(client: client, informers: informers, kinds: api.kinds),
      NodeLifecycleController(
        client: client, informers: informers, events: events,
        gracePeriod: settings.nodeMonitorGrace),
      NodeAddressController(
        client: client, informers: informers, events: events,
        blocks: NodeBlocks(of: settings.podRange, prefixLength: settings.nodePrefixLength)),
      PodGarbageCollector(client: client, informers: informers),
      DisruptionController(client: client, informers: informers, events: events),
      IngressController(client: client, informers: informers, events: events),
      StaleDisruptionCleaner(client: client, informers: informers),
      CertificateController(
        client: client, informers: informers, authority: credentials.authority),
      CertificateRequestCleaner(client: client, informers: informers),
      tokenSecrets,
      EventExpiry(client: client),
      ClusterRoleAggregationController(client: client, informers: informers),
      BootstrapTokenCleaner(client: client, informers: informers),
      FlowSchemaController(client: client, informers: informers),
      DefaultFlowControlController(client: client, informers: informers),
      HorizontalPodAutoscalerController(client: client, informers: informers, events: events),
      LocalAPIServiceController(client: client, informers: informers, catalog: .builtin),
      APIServiceAvailabilityController(
        client: client, informers: informers,
        probe: { [aggregation = api.aggregation] in await aggregation?.check($0) },
        forget: { [aggregation = api.aggregation] in aggregation?.forget($0) }),
      SystemObjectsController(
        SystemObjects(settings: settings), client: client, informers: informers),
      PersistentVolumeController(client: client, informers: informers, events: events),
      LocalPathController(
        client: client, informers: informers,
        host: NodeVolumes(credentials.nodes, nodes: informers[.nodes]), events: events),
      StorageProtectionController(client: client, informers: informers),
      EphemeralClaimController(client: client, informers: informers, events: events),
      ClaimExpansionController(client: client, informers: informers, events: events),
      ResourceQuotaController(client: client, informers: informers),
    ]
    if let reserved = settings.balancerReserved {
      controllers.append(
        LoadBalancerController(
          client: client, informers: informers, events: events, reserved: reserved))
    }
    let scheduler = Scheduler(
      client: client, pods: informers[.pods], nodes: informers[.nodes],
      namespaces: informers[.namespaces], services: informers[.services],
      budgets: informers[.podDisruptionBudgets], claims: informers[.persistentVolumeClaims],
      volumes: informers[.persistentVolumes], classes: informers[.storageClasses],
      events: schedulerEvents)
    let synced: [Informer] = [
      informers[.pods], informers[.nodes], informers[.services], informers[.replicaSets],
      informers[.deployments], informers[.daemonSets], informers[.controllerRevisions],
      informers[.statefulSets], informers[.persistentVolumeClaims], informers[.cronJobs],
      informers[.persistentVolumes], informers[.storageClasses],
      informers[.jobs], informers[.endpointSlices], informers[.endpoints],
      informers[.namespaces],
      informers[.replicationControllers], informers[.leases], informers[.clusterRoles],
      informers[.horizontalPodAutoscalers],
    ]
    progress.informers.withLock { $0 = informers.all }
    api.metrics.add { [controllers] in
      WorkQueueMetrics.write(controllers.map { (name: $0.name, counts: $0.queue.counts) }, to: &$0)
    }
    group.addTask { [api] in await api.run() }
    group.addTask { await renewal.run() }
    group.addTask { await informers.run() }
    group.addTask { await events.run() }
    group.addTask { await schedulerEvents.run() }
    for controller in controllers {
      let loop = ControllerLoop(controller, waitingFor: synced, logger: logger)
      group.addTask { await loop.run() }
    }
    group.addTask { await scheduler.run() }
  }
}

/// What the control plane needs to know, already parsed.
struct ControlPlaneSettings: Sendable {
  var dataDirectory: String
  /// The file of the keys that hide Secrets on the disk.
  var sealingKeys: String
  /// The file that names KMS plugins for them, if there is one.
  var encryptionFile: String?
  var bindAddress: String
  /// Where clients and pods reach the API server.
  var advertisedAddress: String
  var port: Int
  var naming: ClusterNaming
  var serviceRange: CIDR
  /// The addresses of all pods, and the prefix length of each node's share of them.
  var podRange: CIDR
  var nodePrefixLength: Int
  /// The cluster IP of the name servers' Service.
  var clusterDNS: IPAddress
  var nodePorts: ClosedRange<Int>
  /// How long a node may be silent.
  var nodeMonitorGrace: Duration
  /// Ports that Services of type LoadBalancer leave alone; `nil` leaves such Services to others.
  var balancerReserved: LoadBalancerPlan.ReservedPorts?
  /// Whether the cluster gets a class for the Ingresses that nodes serve.
  var hasIngress: Bool
  /// Static tokens, if there is a file of them.
  var tokenFile: String?
  /// `nil` writes no request down.
  var audit: AuditSettings?
  /// Whether those who may can look into the server.
  var hasDebugPages: Bool
  /// The file that says where traces of requests go, if there is one.
  var tracingFile: String?
  /// Requests that the API server serves at once.
  var requestsInFlightMax: Int
  /// The issuers of further tokens, if there is a file of them.
  var authenticationFile: String?
  /// Who decides what is allowed, if there is a file of them.
  var authorizationFile: String?

  let kubernetesVersion = MartletVersion.kubernetes

  var facts: ClusterFacts {
    ClusterFacts(
      podRange: podRange, serviceRange: serviceRange, clusterDNS: clusterDNS,
      clusterDomain: naming.clusterDomain)
  }

  var tokenIssuer: String { "https://kubernetes.default.svc.\(naming.clusterDomain)" }
}
