import Foundations
import Resources

/// The chains and elements of one port of one Service.
///
/// Chains, each ending with a translation or a `goto`:
/// - `cluster-ID` picks among all endpoints;
/// - `local-ID` picks among those of this node;
/// - `internal-ID` stands before `local-ID` for internalTrafficPolicy Local;
/// - `external-ID` receives node ports, external IPs and load balancers' IPs;
/// - `balancer-ID` lets loadBalancerSourceRanges pass to `external-ID`;
/// - `endpoint-ID/ADDRESS/PORT` remembers the client, where the Service has session affinity.
struct ServicePortPlan {
  private let service: Service
  private let port: ServicePort
  private let clusterIP: String
  /// `tcp`, `udp` or `sctp`.
  private let transport: String
  /// `default/web/tcp/80`: at most 141 bytes, so that the longest name stays below nftables' 255.
  private let id: String
  private let everywhere: [ServiceEndpoint]
  private let local: [ServiceEndpoint]
  private let podNetworks: [CIDR]

  /// `nil` for a protocol that ports do not have.
  init?(
    service: Service, port: ServicePort, clusterIP: String, endpoints: [ServiceEndpoint],
    podNetworks: [CIDR]
  ) {
    let transport = (port.protocol ?? "TCP").lowercased()
    guard ["tcp", "udp", "sctp"].contains(transport) else { return nil }
    let key = service.metadata.key
    self.service = service
    self.port = port
    self.clusterIP = clusterIP
    self.transport = transport
    self.podNetworks = podNetworks
    id = "\(key.namespace)/\(key.name)/\(transport)/\(port.port)"
    everywhere = endpoints.usable
    local = endpoints.filter(\.isLocal).usable
  }

  private var isInternalLocal: Bool { service.spec.internalTrafficPolicy == "Local" }
  private var isExternalLocal: Bool { service.spec.externalTrafficPolicy == "Local" }

  /// Affinity in seconds; `nil` where clients do not stick.
  private var affinitySeconds: Int? {
    guard service.spec.sessionAffinity == "ClientIP" else { return nil }
    return service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800
  }

  func add(to fragment: inout ServiceFragment) {
    addChoices(to: &fragment)
    addInternal(to: &fragment)
    addExternal(to: &fragment)
  }

  /// The chains that pick an endpoint, and what each endpoint needs.
  private func addChoices(to fragment: inout ServiceFragment) {
    if !everywhere.isEmpty {
      fragment.chains["cluster-\(id)"] = outsideMarks + choice(among: everywhere)
    }
    if (isInternalLocal || isExternalLocal) && !local.isEmpty {
      fragment.chains["local-\(id)"] = choice(among: local)
    }
    for endpoint in Set(everywhere + local) {
      // Only a pod of this node can send a packet that comes back to it here.
      if endpoint.isLocal {
        let pair = "\(endpoint.address) . \(endpoint.address)"
        fragment.elements[.ownEndpoints, default: [:]][pair] = ""
      }
      guard let affinitySeconds else { continue }
      let name = endpointName(endpoint)
      fragment.affinitySets["clients-\(name)"] = affinitySeconds
      fragment.chains["endpoint-\(name)"] = [
        "update @clients-\(name) { ip saddr }",
        "meta l4proto \(transport) dnat to \(endpoint.address):\(endpoint.port)",
      ]
    }
  }

  private func endpointName(_ endpoint: ServiceEndpoint) -> String {
    "\(id)/\(endpoint.address)/\(endpoint.port)"
  }

  private func choice(among endpoints: [ServiceEndpoint]) -> [String] {
    guard affinitySeconds == nil else {
      let names = endpoints.map(endpointName)
      return names.map { "ip saddr @clients-\($0) goto endpoint-\($0)" }
        + [Self.random("vmap", names.map { "goto endpoint-\($0)" })]
    }
    let target =
      if endpoints.count == 1 {
        "\(endpoints[0].address):\(endpoints[0].port)"
      } else {
        Self.random("map", endpoints.map { "\($0.address) . \($0.port)" })
      }
    return ["meta l4proto \(transport) dnat to \(target)"]
  }

  private static func random(_ kind: String, _ outcomes: [String]) -> String {
    let numbered = outcomes.enumerated().map { "\($0.offset) : \($0.element)" }
    return "numgen random mod \(outcomes.count) \(kind) { \(numbered.joined(separator: ", ")) }"
  }

  /// Marks what comes from outside the pod networks. Node ports are marked in any case.
  private var outsideMarks: [String] {
    guard !podNetworks.isEmpty else { return [] }
    let networks = podNetworks.map(\.description).joined(separator: ", ")
    return ["ip saddr != { \(networks) } \(ServiceRules.markForMasquerade)"]
  }

  private func addInternal(to fragment: inout ServiceFragment) {
    let chosen = isInternalLocal ? local : everywhere
    let key = addressKey(clusterIP)
    guard !chosen.isEmpty else {
      // Refused where nobody serves; dropped where the policy keeps us from those who do.
      fragment.elements[.unavailableAddresses, default: [:]][key] =
        everywhere.isEmpty ? "goto refuse" : "drop"
      return
    }
    if isInternalLocal {
      fragment.chains["internal-\(id)"] = outsideMarks + ["goto local-\(id)"]
    }
    fragment.elements[.serviceAddresses, default: [:]][key] =
      "goto \(isInternalLocal ? "internal" : "cluster")-\(id)"
    addDatagramPaths(clusterIP, port.port, chosen, to: &fragment)
  }

  private func addExternal(to fragment: inout ServiceFragment) {
    let externalIPs = ServiceFragment.addresses(service.spec.externalIPs)
    let balancers = balancerAddresses.filter { !externalIPs.contains($0) }
    let nodePort = port.nodePort.flatMap { (1...65535).contains($0) ? $0 : nil }
    guard !externalIPs.isEmpty || !balancers.isEmpty || nodePort != nil else { return }
    let chosen = isExternalLocal ? local : everywhere
    if chosen.isEmpty {
      let verdict = everywhere.isEmpty ? "goto refuse" : "drop"
      for address in externalIPs + balancers {
        fragment.elements[.unavailableAddresses, default: [:]][addressKey(address)] = verdict
      }
      if let nodePort {
        fragment.elements[.unavailableNodePorts, default: [:]]["\(transport) . \(nodePort)"] =
          verdict
      }
    }
    guard !everywhere.isEmpty else { return }
    fragment.chains["external-\(id)"] = externalRules
    for address in externalIPs {
      fragment.elements[.serviceAddresses, default: [:]][addressKey(address)] =
        "goto external-\(id)"
      addDatagramPaths(address, port.port, everywhere, to: &fragment)
    }
    for address in balancers {
      fragment.elements[.serviceAddresses, default: [:]][addressKey(address)] =
        "goto \(service.spec.loadBalancerSourceRanges.isEmpty ? "external" : "balancer")-\(id)"
      addDatagramPaths(address, port.port, everywhere, to: &fragment)
    }
    if !balancers.isEmpty && !service.spec.loadBalancerSourceRanges.isEmpty {
      fragment.chains["balancer-\(id)"] = balancerRules
    }
    if let nodePort {
      fragment.elements[.nodePorts, default: [:]]["\(transport) . \(nodePort)"] =
        "goto external-\(id)"
      addDatagramPaths(nil, nodePort, everywhere, to: &fragment)
    }
  }

  /// The load balancer's addresses that packets still carry when they reach a node.
  private var balancerAddresses: [String] {
    let ingress = service.status.loadBalancer?.ingress ?? []
    return ServiceFragment.addresses(ingress.filter { $0.ipMode != "Proxy" }.compactMap(\.ip))
  }

  /// With policy Local, clients keep their address and reach endpoints of this node only. Pods and
  /// the node itself need no such care: they reach every endpoint, as through the cluster IP.
  private var externalRules: [String] {
    guard isExternalLocal else { return [ServiceRules.markForMasquerade, "goto cluster-\(id)"] }
    var rules: [String] = []
    if !podNetworks.isEmpty {
      let networks = podNetworks.map(\.description).joined(separator: ", ")
      rules.append("ip saddr { \(networks) } goto cluster-\(id)")
    }
    rules.append("fib saddr type local \(ServiceRules.markForMasquerade) goto cluster-\(id)")
    if !local.isEmpty { rules.append("goto local-\(id)") }
    return rules
  }

  private var balancerRules: [String] {
    let ranges = service.spec.loadBalancerSourceRanges.compactMap { CIDR($0) }
    return ranges.filter { $0.family == .v4 }.map { "ip saddr \($0) goto external-\(id)" } + [
      "drop"
    ]
  }

  private func addressKey(_ address: String) -> String {
    "\(address) . \(transport) . \(port.port)"
  }

  private func addDatagramPaths(
    _ address: String?, _ port: Int, _ endpoints: [ServiceEndpoint],
    to fragment: inout ServiceFragment
  ) {
    guard transport == "udp" else { return }
    for endpoint in endpoints {
      fragment.datagramPaths.insert(
        DatagramPath(address: address, port: port, endpoint: endpoint.address.description))
    }
  }
}
