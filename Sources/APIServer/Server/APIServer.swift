package import Foundations
package import Logging
import Networking
package import Resources
package import Security
package import Store

/// The API server put together: collections over a store, the pipeline, and the front.
package final class APIServer: Sendable {
  package struct Configuration: Sendable {
    /// `host:port` as clients should reach it, for discovery.
    package var advertisedAddress: String
    package var serviceRange: CIDR
    package var nodePorts: ClosedRange<Int>
    package var clusterDomain: String
    package var serverVersion: String
    /// Tokens of the token file, if there is one.
    package var staticTokens: StaticTokens?
    /// The cluster's CA, PEM, shown to everybody at `/cacerts`: machines that join compare it with
    /// what their token says. `nil` shows none.
    package var authorityPEM: Renewable<[UInt8]>?
    /// Where requests are written down; `nil` for nowhere.
    package var audit: AuditLog?
    /// What records the way of requests; `nil` for nothing.
    package var tracer: RequestTracer?
    /// Requests that are served at once, shared out by the priority levels. Source: upstream's 400
    /// of `--max-requests-inflight` and 200 of `--max-mutating-requests-inflight`.
    package var requestsInFlightMax = 600
    /// Whether those who may can look into the server (`/debug`).
    package var hasDebugPages = false
    /// What the server shows aggregated servers; without it, it passes nothing on to them.
    package var frontProxy: Renewable<TLSIdentity>?
    /// How long an aggregated server may take for an answer that is no watch or stream. Source: upstream's
    /// `--request-timeout`.
    package var aggregatedAnswerTimeMax = Duration.seconds(60)

    /// The file of `--authentication-config`, if there is one.
    package var authenticationFile: String?
    /// The file of `--authorization-config`; without one, Node and RBAC decide.
    package var authorizationFile: String?

    package init(
      advertisedAddress: String, serviceRange: CIDR, nodePorts: ClosedRange<Int>,
      clusterDomain: String, serverVersion: String, frontProxy: Renewable<TLSIdentity>? = nil
    ) {
      self.frontProxy = frontProxy
      self.advertisedAddress = advertisedAddress
      self.serviceRange = serviceRange
      self.nodePorts = nodePorts
      self.clusterDomain = clusterDomain
      self.serverVersion = serverVersion
    }
  }

  package let registry: APIRegistry
  package let handler: APIHandler
  /// The way in for the server's own components.
  package let client: LoopbackClient
  /// What its probes tell; those who run more than this server add their own checks.
  package let health: HealthChecks
  /// What `/metrics` tells; those who run more than this server add to it.
  package let metrics: ServerMetrics
  /// The kinds whose objects can be listed and deleted, each in the version it is stored in.
  package let kinds: ServedKinds
  private let custom: CustomResources?
  /// Who has to wait, and who is turned away; `nil` where nobody is.
  let fairness: RequestFairness?
  private let authentication: StructuredAuthentication?
  private let authorization: StructuredAuthorization?
  /// The APIs of other servers behind this one.
  package let aggregation: AggregationLayer?

  private init(
    registry: APIRegistry, kinds: ServedKinds, custom: CustomResources?, handler: APIHandler,
    health: HealthChecks, metrics: ServerMetrics, aggregation: AggregationLayer?,
    fairness: RequestFairness?, authentication: StructuredAuthentication?,
    authorization: StructuredAuthorization?, audit: AuditLog?
  ) {
    self.metrics = metrics
    self.fairness = fairness
    self.authentication = authentication
    self.authorization = authorization
    self.aggregation = aggregation
    self.health = health
    self.registry = registry
    self.kinds = kinds
    self.custom = custom
    self.handler = handler
    client = LoopbackClient(registry: registry, audit: audit)
  }

  /// Follows the definitions of custom resources, and the files of its configuration, until the task
  /// is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.custom?.run() }
      group.addTask { await self.authentication?.run() }
      group.addTask { await self.authorization?.run() }
    }
  }

  /// Loads every collection from the store. Cost is O(objects).
  /// - Parameters:
  ///   - tokens: signs and verifies the tokens of service accounts.
  ///   - nodes: how subresources reach node agents.
  package static func open(
    store: any Store, configuration: Configuration, tokens: ServiceAccountTokens,
    nodes: Renewable<NodeConnections>, logger: Logger
  ) async throws -> APIServer {
    let catalog = ResourceCatalog.served
    let now: @Sendable () -> Timestamp = { .now() }
    let caches = try await Self.openCaches(catalog, store, logger)
    let reader = CacheReader(caches)
    let roles = RoleAuthorizer(reader)
    let node = NodeAuthorizer(reader)
    let outgoing = OutgoingClients(services: ServiceResolver(reader))
    let authorization = try configuration.authorizationFile.map {
      try StructuredAuthorization(
        path: $0, node: node, roles: roles, clients: outgoing, logger: logger)
    }
    let authorizer = authorization.map { AuthorizerChain($0) } ?? AuthorizerChain([node, roles])
    let served = RegistryReference()
    let admission = Self.admission(reader, configuration, authorizer, roles, served)
    let codec = RequestCodec()
    var authenticators: [any TokenAuthenticator] = [
      ServiceAccountAuthenticator(tokens: VerifiedTokens(tokens), reader: reader),
      BootstrapTokenAuthenticator(reader: reader),
    ]
    if let known = configuration.staticTokens {
      authenticators.append(StaticTokenAuthenticator(tokens: known))
    }
    let authentication = try configuration.authenticationFile.map {
      try StructuredAuthentication(
        path: $0, clients: outgoing, disallowedIssuers: [tokens.issuer], logger: logger)
    }
    if let authentication { authenticators.append(authentication) }
    let webhooks = Self.webhooks(caches, reader, outgoing, authorizer, served, logger)
    let collections = Self.collections(catalog, caches, store, admission, webhooks, now)
    let handlers = ResourceHandlers(
      codec: codec, authorizer: authorizer, authenticators: authenticators, tokens: tokens,
      nodes: nodes, reader: reader, catalog: catalog, collections: collections,
      usage: NodeSummaries(nodes, logger: logger), now: now)

    let registry = APIRegistry(
      catalog,
      catalog.resources.map { definition in
        ServedResource(
          definition: definition, collection: collections[definition.resourceType],
          handler: handlers.handler(definition), subresources: handlers.subresources(definition))
      })
    served.set(registry)
    let health = Self.health(store, logger)
    let aggregation = Self.aggregation(catalog, caches, outgoing, configuration)
    let inFlight = RequestsInFlight()
    let metrics = ServerMetrics(
      registry: registry, inFlight: inFlight, admission: admission.tally, webhooks: webhooks?.tally)
    let fairness = RequestFairness(reader, seatsTotal: configuration.requestsInFlightMax)
    if let fairness { metrics.add { fairness.write(to: &$0) } }
    let debug =
      configuration.hasDebugPages ? DebugPages(registry: registry, fairness: fairness) : nil
    let pages = NonResourcePages(
      discovery: MadeOfResources(registry) {
        DiscoveryDocuments(
          catalog: $0.catalog, serverAddress: configuration.advertisedAddress)
      },
      openAPI: MadeOfResources(registry) {
        OpenAPIDocuments(
          catalog: $0.catalog.described, schema: .builtin, custom: $0.custom,
          serverVersion: configuration.serverVersion)
      },
      health: health, metrics: metrics,
      version: Self.version(configuration.serverVersion),
      documents: try Self.issuerDocuments(tokens),
      openDocuments: configuration.authorityPEM.map { authority in
        [
          "/cacerts": NonResourcePages.Page(contentType: "application/x-pem-file") {
            authority.current
          }
        ]
      } ?? [:], aggregation: aggregation, debug: debug)
    if let audit = configuration.audit { metrics.add { audit.write(to: &$0) } }
    if let tracer = configuration.tracer { metrics.add { tracer.tally.write(to: &$0) } }
    let handler = APIHandler(
      registry: registry,
      authenticator: Authenticator(tokens: authenticators, structured: authentication),
      authorizer: authorizer,
      pages: pages, inFlight: inFlight, log: RequestLog(logger: logger), aggregation: aggregation,
      audit: configuration.audit, tracer: configuration.tracer,
      openRequests: debug?.requests, fairness: fairness,
      asksOthers: authentication != nil || authorization != nil, now: now)
    let kinds = ServedKinds(
      ResourceCatalog.builtin.storedResources.filter {
        $0.verbs.contains("list") && $0.verbs.contains("delete")
      }.map(\.resourceType))
    let custom = collections[.customResourceDefinitions].map {
      CustomResources(
        definitions: $0, registry: registry, kinds: kinds,
        parts: CustomKind.Parts(
          store: store, admission: admission, webhooks: webhooks, codec: codec,
          conversions: WebhookClients(outgoing), now: now),
        logger: logger)
    }
    try await custom?.load()
    return APIServer(
      registry: registry, kinds: kinds, custom: custom, handler: handler, health: health,
      metrics: metrics, aggregation: aggregation, fairness: fairness,
      authentication: authentication, authorization: authorization, audit: configuration.audit)
  }

  /// The checks of what stands below the server: a read that goes to the disk.
  private static func health(_ store: any Store, _ logger: Logger) -> HealthChecks {
    let health = HealthChecks(logger: logger)
    let read: @Sendable () async -> String? = {
      do {
        _ = try await store.value(of: "/health/check", at: nil)
        return nil
      } catch {
        return "the store does not answer: \(error)"
      }
    }
    health.add(HealthCheck("etcd", problem: read))
    health.add(HealthCheck("etcd-readiness", on: [.ready], problem: read))
    return health
  }

  // MARK: Collections

  private static func openCaches(
    _ catalog: ResourceCatalog, _ store: any Store, _ logger: Logger
  ) async throws -> [CacheName: WatchCache] {
    var caches: [CacheName: WatchCache] = [:]
    for definition in catalog.storedResources
    where definition.verbs.contains("list") {
      let name = CacheName(definition)
      caches[name] = try await WatchCache.open(
        store, prefix: name.prefix, configuration: configuration(of: definition),
        logger: logger)
    }
    return caches
  }

  private static func collections(
    _ catalog: ResourceCatalog, _ caches: [CacheName: WatchCache], _ store: any Store,
    _ admission: AdmissionChain, _ webhooks: AdmissionWebhooks?,
    _ now: @escaping @Sendable () -> Timestamp
  ) -> [ResourceType: Collection] {
    let reader = CacheReader(caches)
    var collections: [ResourceType: Collection] = [:]
    for definition in catalog.storedResources {
      guard let cache = caches[CacheName(definition)] else { continue }
      let type = definition.resourceType
      let subresources = catalog.subresources.filter {
        $0.group == definition.group && $0.version == definition.version
          && $0.plural == definition.plural
      }.compactMap(\.subresource)
      var rules = CollectionRules.of(type, subresources: subresources)
      rules.presentMembers = ["spec", "status"].filter { member in
        if case .object = definition.type?.field(named: member)?.type { true } else { false }
      }
      collections[type] = Collection(
        resource: type, rules: rules, store: store, cache: cache,
        admission: admission, webhooks: webhooks, versions: catalog.versions(of: definition),
        applyDefaults: Defaulting.rule(for: definition.kind),
        validate: validation(of: definition, reader), now: now)
    }
    for definition in catalog.resources where collections[definition.resourceType] == nil {
      let stored = catalog.storedResource(of: definition).resourceType
      guard let storage = collections[stored], let versions = storage.versions else { continue }
      collections[definition.resourceType] = Collection(
        showing: storage, as: definition.resourceType, versions)
    }
    return collections
  }

  private static func validation(of definition: ResourceDefinition, _ reader: CacheReader)
    -> Collection.Validation
  {
    let general: Collection.Validation = {
      ObjectValidation.errors(
        in: $0, replacing: $1, kind: definition.kind, type: definition.type, subresource: $2,
        apiVersion: $3)
    }
    if definition.kind.group == "resource.k8s.io" {
      let rules = DeviceRules(namespace: { reader.object(.namespaces, "", $0) })
      return { new, old, subresource, apiVersion in
        general(new, old, subresource, apiVersion)
          + rules.problems(
            new, replacing: old, kind: definition.kind.kind, subresource: subresource)
      }
    }
    guard definition.resourceType == .customResourceDefinitions else { return general }
    return { new, old, subresource, apiVersion in
      let errors = general(new, old, subresource, apiVersion)
      guard subresource == nil else { return errors }
      return errors + CustomRules.definitionErrors(new, replacing: old, beside: errors)
    }
  }

  private static func configuration(of definition: ResourceDefinition) -> WatchCacheConfiguration {
    // Node agents follow their own pods: an event then wakes one agent, not all.
    guard definition.resourceType == .pods else { return WatchCacheConfiguration() }
    return WatchCacheConfiguration(index: { $0[path: "spec", "nodeName"]?.string })
  }

  private static func aggregation(
    _ catalog: ResourceCatalog, _ caches: [CacheName: WatchCache], _ outgoing: OutgoingClients,
    _ configuration: Configuration
  ) -> AggregationLayer? {
    let apiServices = caches.first { $0.key.text == "apiservices.apiregistration.k8s.io" }?.value
    return apiServices.map {
      AggregationLayer(
        $0, own: catalog, clients: outgoing, identity: configuration.frontProxy,
        timeMax: configuration.aggregatedAnswerTimeMax)
    }
  }

  private static func webhooks(
    _ caches: [CacheName: WatchCache], _ reader: CacheReader, _ outgoing: OutgoingClients,
    _ authorizer: any Authorizer, _ served: RegistryReference, _ logger: Logger
  ) -> AdmissionWebhooks? {
    func cache(_ plural: String) -> WatchCache? {
      caches.first { $0.key.text == "\(plural).admissionregistration.k8s.io" }?.value
    }
    guard let mutating = cache("mutatingwebhookconfigurations"),
      let validating = cache("validatingwebhookconfigurations")
    else { return nil }
    return AdmissionWebhooks(
      mutating: mutating, validating: validating,
      clients: WebhookClients(outgoing), authorizer: authorizer,
      policies: MutatingPolicies(reader: reader, registry: served, authorizer: authorizer),
      namespace: { reader.object(.namespaces, "", $0) }, logger: logger)
  }

  /// How others verify the tokens of service accounts.
  /// Source: Kubernetes documentation, "Service account issuer discovery".
  private static func issuerDocuments(_ tokens: ServiceAccountTokens) throws
    -> [String: NonResourcePages.Page]
  {
    let keys = "/openid/v1/jwks"
    return [
      "/.well-known/openid-configuration": NonResourcePages.Page(
        contentType: "application/json",
        body: try tokens.discoveryDocument(keySetURL: tokens.issuer + keys)),
      keys: NonResourcePages.Page(
        contentType: "application/jwk-set+json", body: try tokens.keySet()),
    ]
  }

  private static func version(_ text: String) -> Document {
    let parts = text.drop { $0 == "v" }.split(separator: ".")
    return [
      "major": Document(parts.first ?? "1"), "minor": Document(parts.dropFirst().first ?? "0"),
      "emulationMajor": Document(parts.first ?? "1"),
      "emulationMinor": Document(parts.dropFirst().first ?? "0"), "gitVersion": Document(text),
      "gitCommit": "", "gitTreeState": "clean", "buildDate": "1970-01-01T00:00:00Z",
      "goVersion": "none (Swift)", "compiler": "swiftc", "platform": "linux/amd64",
    ]
  }
}
