package import Foundations
import IngressRouting
package import Resources
import Synchronization

/// Tells where Ingresses are served, in their status, and what keeps a part of them from working, in
/// events. The serving itself is done by each node (`Ingress`), from the same objects and by the same
/// rules.
package final class IngressController: Controller {
  package let name = "ingress-controller"
  package let queue = KeyedQueue<ObjectKey>()
  package let workersMax = 1
  private let client: any ClusterClient
  private let ingresses: Informer
  private let classes: Informer
  private let services: Informer
  private let secrets: Informer
  private let nodes: Informer
  private let events: any EventSink
  /// What has been told and still holds.
  private let told = Mutex<Set<IngressProblem>>([])

  /// One key for all: who serves a host depends on every other Ingress.
  private static let everything = ObjectKey(namespace: "", name: "all")
  /// From the first change to the look at all: later changes join it.
  private static let gatherTime = Duration.milliseconds(100)

  package init(client: any ClusterClient, informers: InformerSet, events: any EventSink) {
    self.client = client
    self.events = events
    ingresses = informers[.ingresses]
    classes = informers[.ingressClasses]
    services = informers[.services]
    secrets = informers[.secrets]
    nodes = informers[.nodes]
    for informer in [ingresses, classes] {
      informer.onChange { [queue] _ in queue.add(Self.everything, after: Self.gatherTime) }
    }
    // What no Ingress is there to see changes nothing.
    for informer in [services, secrets, nodes] {
      informer.onChange { [queue, ingresses] change in
        guard !ingresses.isEmpty else { return }
        if case .updated(let old, let new) = change, !Self.isWorthALook(old, new) { return }
        queue.add(Self.everything, after: Self.gatherTime)
      }
    }
  }

  /// Heartbeats of nodes come all the time.
  private static func isWorthALook(_ old: Document, _ new: Document) -> Bool {
    guard new["kind"]?.string == ResourceType.nodes.kind else { return true }
    return IngressAddresses.address(of: Node(old)) != IngressAddresses.address(of: Node(new))
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    // What is not known yet would be told to be missing.
    let known = [ingresses, self.classes, services, secrets, nodes]
    guard known.allSatisfy(\.isSynced) else { return Self.gatherTime }
    let classes = IngressClasses(self.classes.objects)
    let served = ingresses.objects.map { Ingress($0) }.filter { classes.serves($0) }
    tell(problems(of: served.map { IngressRules($0) }))
    let addresses = IngressAddresses.all(of: nodes.objects.map { Node($0) })
    for ingress in served { try await write(addresses, to: ingress) }
    return nil
  }

  private func problems(of served: [IngressRules]) -> [IngressProblem] {
    let routes = RouteTable(
      served,
      BackendObjects(
        service: { [services] in services[$0].map { Service($0) } }, slices: { _ in [] }))
    let certificates = CertificateTable(served) { [secrets] key in
      CertificateSecret.facts(secrets[key].map { Secret($0) })
    }
    return routes.problems + certificates.problems
  }

  /// Each problem once for as long as it holds.
  private func tell(_ problems: [IngressProblem]) {
    let fresh = told.withLock { told in
      let fresh = problems.filter { !told.contains($0) }
      told = Set(problems)
      return fresh
    }
    for problem in fresh {
      let uid = ingresses[problem.ingress].flatMap { Ingress($0).metadata.uid } ?? ""
      events.record(
        ObjectEventNote(
          about: .ingresses, problem.ingress, uid: uid, kind: .warning,
          reason: problem.reason.rawValue, message: problem.message))
    }
  }

  private func write(_ addresses: [String], to ingress: Ingress) async throws {
    let wanted = Document(addresses.map { ["ip": Document($0)] as Document })
    let found = ingress.document[path: "status", "loadBalancer", "ingress"] ?? .emptyArray
    guard found != wanted else { return }
    do {
      _ = try await client.patch(
        .ingresses, namespace: ingress.metadata.namespace, name: ingress.metadata.name ?? "",
        subresource: "status",
        Patch(.merge, ["status": ["loadBalancer": ["ingress": wanted]]]),
        options: WriteOptions(fieldManager: name))
    } catch let error as APIError where error.reason == .notFound {
      // Gone meanwhile.
    }
  }
}

/// Where clients find the nodes' ingress. Pure.
enum IngressAddresses {
  /// A node with this label takes no traffic from outside.
  /// Source: Kubernetes documentation, "Well-Known Labels".
  private static let exclusion = "node.kubernetes.io/exclude-from-external-load-balancers"

  /// The addresses of the nodes that are ready, in order of the nodes' names.
  static func all(of nodes: [Node]) -> [String] {
    nodes.sorted { ($0.metadata.name ?? "") < ($1.metadata.name ?? "") }
      .compactMap { address(of: $0) }
  }

  /// The outer address where a node has one. `nil` for one that is not to be asked.
  static func address(of node: Node) -> String? {
    guard node.metadata.labels[exclusion] == nil,
      node.status.conditions.contains(where: { $0.type == "Ready" && $0.status == "True" })
    else { return nil }
    let addresses = node.status.addresses
    let found =
      addresses.first { $0.type == "ExternalIP" } ?? addresses.first { $0.type == "InternalIP" }
    return found?.address
  }
}
