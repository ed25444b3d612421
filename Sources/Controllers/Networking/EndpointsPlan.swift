package import Resources

/// The Endpoints of a Service: what its slices say, in the form that older clients read. Pure.
/// Source: Kubernetes API reference, "Endpoints v1".
package struct EndpointsPlan {
  static let managerLabel = "endpoints.kubernetes.io/managed-by"
  static let manager = "endpoint-controller"
  private static let headlessLabel = "service.kubernetes.io/headless"
  private static let overCapacity = "endpoints.kubernetes.io/over-capacity"
  /// One object must not grow without bound: further addresses are in the slices only.
  static let addressesMax = 1000

  /// What is to be stored; without `metadata.resourceVersion`.
  package let endpoints: Endpoints

  /// - Parameter slices: those that the controller keeps for the Service, of all families.
  package init(_ service: Service, slices: [EndpointSlice]) {
    let family = service.spec.ipFamilies.first ?? "IPv4"
    var subsets: [Subset] = []
    var left = Self.addressesMax
    var isCut = false
    for slice in slices.sorted(by: { $0.metadata.key < $1.metadata.key })
    where slice.addressType == family {
      for endpoint in slice.endpoints {
        // Pods that are being stopped are in slices only.
        guard let address = Self.address(endpoint) else { continue }
        guard left > 0 else {
          isCut = true
          break
        }
        left -= 1
        let isReady = endpoint.conditions?.ready ?? true
        if let position = subsets.firstIndex(where: { $0.ports == slice.ports }) {
          subsets[position].add(address, isReady)
        } else {
          var subset = Subset(ports: slice.ports)
          subset.add(address, isReady)
          subsets.append(subset)
        }
      }
    }
    var endpoints = Endpoints(["apiVersion": "v1", "kind": "Endpoints"])
    endpoints.metadata.name = service.metadata.name
    endpoints.metadata.namespace = service.metadata.namespace
    var labels = service.metadata.labels
    labels[Self.managerLabel] = Self.manager
    if service.spec.clusterIP == "None" { labels[Self.headlessLabel] = "" }
    endpoints.metadata.labels = labels
    if isCut { endpoints.metadata.annotations = [Self.overCapacity: "truncated"] }
    if !subsets.isEmpty { endpoints.subsets = subsets.map(\.view) }
    self.endpoints = endpoints
  }

  /// Whether `found` says the same already.
  package func isMet(by found: Endpoints) -> Bool {
    found.subsets == endpoints.subsets && found.metadata.labels == endpoints.metadata.labels
      && found.metadata.annotations[Self.overCapacity]
        == endpoints.metadata.annotations[Self.overCapacity]
  }

  private struct Subset {
    let ports: [EndpointSlicePort]
    var ready: [EndpointAddress] = []
    var unready: [EndpointAddress] = []

    mutating func add(_ address: EndpointAddress, _ isReady: Bool) {
      if isReady { ready.append(address) } else { unready.append(address) }
    }

    /// Empty lists are left out, as the API returns them.
    var view: EndpointSubset {
      var subset = EndpointSubset()
      if !ready.isEmpty { subset.addresses = ready }
      if !unready.isEmpty { subset.notReadyAddresses = unready }
      let ports = ports.map { port in
        var copy = EndpointPort()
        if let name = port.name, !name.isEmpty { copy.document["name"] = Document(name) }
        copy.document["port"] = Document(port.port ?? 0)
        copy.document["protocol"] = Document(port.protocol ?? "TCP")
        if let application = port.appProtocol {
          copy.document["appProtocol"] = Document(application)
        }
        return copy
      }
      if !ports.isEmpty { subset.ports = ports }
      return subset
    }
  }

  /// `nil` for what Endpoints do not show.
  private static func address(_ endpoint: Endpoint) -> EndpointAddress? {
    guard let ip = endpoint.addresses.first,
      endpoint.conditions?.terminating != true || endpoint.conditions?.ready == true
    else { return nil }
    var address = EndpointAddress()
    address.ip = ip
    address.hostname = endpoint.hostname
    address.nodeName = endpoint.nodeName
    address.targetRef = endpoint.targetRef
    return address
  }
}
