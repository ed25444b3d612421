import Foundations
package import Resources

/// What the kernel shall do for all Services of the cluster, as one value: two of them are compared
/// to find what to change. Turned into `nft` input by `replacementText` and `changes(from:)`.
///
/// A packet's way through it: one lookup in a verdict map, keyed by address, protocol and port,
/// leads to the chain of its service port; the cost does not grow with the number of Services.
package struct ServiceRules: Equatable, Sendable {
  /// The named sets and maps of the table.
  package enum Collection: String, CaseIterable, Sendable {
    /// Cluster IPs, external IPs and load balancers' IPs to the chain that translates them.
    case serviceAddresses = "service_addresses"
    case nodePorts = "node_ports"
    /// The same keys where there is nobody to send the packet to: refused or dropped.
    case unavailableAddresses = "unavailable_addresses"
    case unavailableNodePorts = "unavailable_node_ports"
    /// All cluster IPs: what is sent to one and not translated is refused.
    case clusterAddresses = "cluster_addresses"
    /// Each endpoint's address twice: a pod that reaches itself through a Service.
    case ownEndpoints = "own_endpoints"

    var type: String {
      switch self {
      case .serviceAddresses, .unavailableAddresses:
        "ipv4_addr . inet_proto . inet_service : verdict"
      case .nodePorts, .unavailableNodePorts: "inet_proto . inet_service : verdict"
      case .clusterAddresses: "ipv4_addr"
      case .ownEndpoints: "ipv4_addr . ipv4_addr"
      }
    }

    var isMap: Bool { self != .clusterAddresses && self != .ownEndpoints }
  }

  /// The family and name of the table that holds everything: `ip martlet_services`. Ours alone:
  /// nobody else's rules are read or changed.
  package let table: String
  /// The rules of each chain that belongs to a service port, by chain.
  package internal(set) var chains: [String: [String]] = [:]
  /// Elements by collection: the key, and in maps the verdict; empty in sets.
  package internal(set) var elements: [Collection: [String: String]] = [:]
  /// Sets of clients that stick to an endpoint, by name, with how many seconds they do.
  package internal(set) var affinitySets: [String: Int] = [:]
  /// UDP ways whose connection tracking outlives a change of the rules.
  package internal(set) var datagramPaths: Set<DatagramPath> = []

  /// Everything together. Where two Services claim one address and port, or one node port, the
  /// first in order of namespace and name has it. Cost is O(chains and elements).
  package init(_ fragments: [ObjectKey: ServiceFragment], table: String) {
    self.table = table
    for collection in Collection.allCases { elements[collection] = [:] }
    for key in fragments.keys.sorted() {
      if let fragment = fragments[key] { add(fragment) }
    }
  }

  private mutating func add(_ fragment: ServiceFragment) {
    chains.merge(fragment.chains) { first, _ in first }
    affinitySets.merge(fragment.affinitySets) { first, _ in first }
    datagramPaths.formUnion(fragment.datagramPaths)
    for (collection, own) in fragment.elements {
      elements[collection, default: [:]].merge(own) { first, _ in first }
    }
  }
}

/// A way of datagrams through a Service: `address` is `nil` at a node port.
package struct DatagramPath: Hashable, Sendable {
  package let address: String?
  package let port: Int
  package let endpoint: String
}
