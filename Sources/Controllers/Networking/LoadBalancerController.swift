package import Foundations
import IngressRouting
package import Resources
import Synchronization

/// Gives Services of type LoadBalancer the nodes' addresses, and tells in events what keeps one from
/// it. Each node's proxy leads packets from there, as from any load balancer's address.
package final class LoadBalancerController: Controller {
  package let name = "load-balancer-controller"
  package let queue = KeyedQueue<ObjectKey>()
  package let workersMax = 1
  private let client: any ClusterClient
  private let services: Informer
  private let slices: Informer
  private let nodes: Informer
  private let ingresses: Informer
  private let classes: Informer
  private let events: any EventSink
  private let reserved: LoadBalancerPlan.ReservedPorts
  /// What has been told and still holds.
  private let told = Mutex<[ObjectKey: String]>([:])

  /// One key for all: who has a port depends on every other Service.
  private static let everything = ObjectKey(namespace: "", name: "all")
  /// From the first change to the look at all: later changes join it.
  private static let gatherTime = Duration.milliseconds(100)

  package init(
    client: any ClusterClient, informers: InformerSet, events: any EventSink,
    reserved: LoadBalancerPlan.ReservedPorts
  ) {
    self.client = client
    self.events = events
    self.reserved = reserved
    services = informers[.services]
    slices = informers[.endpointSlices]
    nodes = informers[.nodes]
    ingresses = informers[.ingresses]
    classes = informers[.ingressClasses]
    slices.indexByService()
    services.onChange { [queue] change in
      if Self.concerns(change) { queue.add(Self.everything, after: Self.gatherTime) }
    }
    slices.onChange { [queue, services] change in
      let slice = EndpointSlice(change.object)
      let key = ObjectKey(
        namespace: slice.metadata.key.namespace,
        name: slice.metadata.labels[EndpointSliceController.serviceLabel] ?? "")
      guard let spec = services[key]?["spec"], spec["type"]?.string == "LoadBalancer",
        spec["externalTrafficPolicy"]?.string == "Local"
      else { return }
      queue.add(Self.everything, after: Self.gatherTime)
    }
    // What no such Service is there to see changes nothing.
    for informer in [nodes, ingresses, classes] {
      informer.onChange { [queue, services] change in
        if case .updated(let old, let new) = change, !Self.isWorthALook(old, new) { return }
        guard services.objects.contains(where: Self.isBalanced) else { return }
        queue.add(Self.everything, after: Self.gatherTime)
      }
    }
  }

  private static func isBalanced(_ service: Document) -> Bool {
    service[path: "spec", "type"]?.string == "LoadBalancer"
  }

  private static func concerns(_ change: Informer.Change) -> Bool {
    if case .updated(let old, _) = change, isBalanced(old) { return true }
    return isBalanced(change.object) || hasAddress(change.object)
  }

  private static func hasAddress(_ service: Document) -> Bool {
    !(service[path: "status", "loadBalancer", "ingress"]?.isEmpty ?? true)
  }

  /// Heartbeats of nodes come all the time.
  private static func isWorthALook(_ old: Document, _ new: Document) -> Bool {
    guard new["kind"]?.string == ResourceType.nodes.kind else { return old["spec"] != new["spec"] }
    return IngressAddresses.address(of: Node(old)) != IngressAddresses.address(of: Node(new))
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    // What is not known yet would be taken for free.
    let known = [services, slices, nodes, ingresses, classes]
    guard known.allSatisfy(\.isSynced) else { return Self.gatherTime }
    let found = services.objects.filter { Self.isBalanced($0) || Self.hasAddress($0) }
      .map { Service($0) }
    let classes = IngressClasses(self.classes.objects)
    let plan = LoadBalancerPlan(
      found, nodes: nodes.objects.map { Node($0) }, reserved: reserved,
      servesIngresses: ingresses.objects.contains { classes.serves(Ingress($0)) },
      endpointNodes: endpointNodes)
    tell(plan, found)
    for service in found {
      if let outcome = plan.outcomes[service.metadata.key] {
        try await write(outcome.addresses, to: service)
      } else if service.spec.type != "LoadBalancer" {
        // It was one before.
        try await write([], to: service)
      }
    }
    return nil
  }

  private func endpointNodes(of service: ObjectKey) -> Set<String> {
    let endpoints = slices.allSlices(of: service).flatMap(\.endpoints)
    return Set(endpoints.filter { $0.conditions?.ready != false }.compactMap(\.nodeName))
  }

  /// Each problem once for as long as it holds.
  private func tell(_ plan: LoadBalancerPlan, _ found: [Service]) {
    let problems = plan.outcomes.compactMapValues(\.problem)
    let fresh = told.withLock { told in
      let fresh = problems.filter { told[$0.key] != $0.value }
      told = problems
      return fresh
    }
    for service in found {
      guard let message = fresh[service.metadata.key] else { continue }
      note(service, .warning, "SyncLoadBalancerFailed", message)
    }
  }

  private func note(
    _ service: Service, _ kind: ObjectEventNote.Kind, _ reason: String, _ message: String
  ) {
    events.record(
      ObjectEventNote(
        about: .services, service.metadata.key, uid: service.metadata.uid ?? "", kind: kind,
        reason: reason, message: message))
  }

  private func write(_ addresses: [String], to service: Service) async throws {
    let wanted = Document(addresses.map { ["ip": Document($0), "ipMode": "VIP"] as Document })
    let found = service.document[path: "status", "loadBalancer", "ingress"] ?? .emptyArray
    guard found != wanted else { return }
    do {
      _ = try await client.patch(
        .services, namespace: service.metadata.namespace, name: service.metadata.name ?? "",
        subresource: "status",
        Patch(
          .merge, ["status": ["loadBalancer": ["ingress": addresses.isEmpty ? .null : wanted]]]),
        options: WriteOptions(fieldManager: name))
    } catch let error as APIError where error.reason == .notFound {
      return  // gone meanwhile
    }
    if !addresses.isEmpty {
      note(service, .normal, "EnsuredLoadBalancer", "Ensured load balancer")
    }
  }
}
