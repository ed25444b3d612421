import Foundations
package import Resources

/// Which slices a Service should have. Pure.
/// Source: Kubernetes documentation, "EndpointSlices".
package struct EndpointSlicePlan {
  package enum Step: Equatable, Sendable {
    case create(EndpointSlice)
    case update(EndpointSlice)
    case delete(EndpointSlice)
  }

  /// Endpoints in one slice. Source: upstream's `--max-endpoints-per-slice`.
  private static let endpointsMax = 100

  /// The Service's.
  private let key: ObjectKey
  private let labels: [String: String]
  /// Endpoints that share address family and port numbers share slices.
  private let groups: [Group]

  struct Group {
    let addressType: String
    let ports: [EndpointSlicePort]
    var endpoints: [Endpoint]
  }

  init(key: ObjectKey, labels: [String: String], groups: [Group]) {
    self.key = key
    self.labels = labels
    self.groups = groups
  }

  package init(service: Service, pods: [Pod], zoneOfNode: (String) -> String?) {
    var groups: [Group] = []
    let families = service.spec.ipFamilies.isEmpty ? ["IPv4"] : service.spec.ipFamilies
    for family in families {
      var ofFamily: [Group] = []
      for pod in pods.sorted(by: { $0.metadata.key < $1.metadata.key }) {
        guard let address = Self.address(of: pod, family), Self.isListed(pod) else { continue }
        let ports = Self.ports(of: service, in: pod)
        let endpoint = Self.endpoint(pod, address, service, zoneOfNode)
        if let position = ofFamily.firstIndex(where: { $0.ports == ports }) {
          ofFamily[position].endpoints.append(endpoint)
        } else {
          ofFamily.append(Group(addressType: family, ports: ports, endpoints: [endpoint]))
        }
      }
      // A service without pods still has a slice, so that readers know it is known.
      if ofFamily.isEmpty { ofFamily = [Group(addressType: family, ports: [], endpoints: [])] }
      groups += ofFamily
    }
    var labels = service.metadata.labels
    labels[EndpointSliceController.serviceLabel] = service.metadata.name
    labels[EndpointSliceController.managerLabel] = EndpointSliceController.manager
    if service.spec.clusterIP == "None" { labels["service.kubernetes.io/headless"] = "" }
    self.init(key: service.metadata.key, labels: labels, groups: groups)
  }

  private static func isListed(_ pod: Pod) -> Bool {
    !pod.isFinished && !(pod.spec.nodeName ?? "").isEmpty
  }

  private static func address(of pod: Pod, _ family: String) -> String? {
    let addresses = pod.status.podIPs.compactMap { $0.document["ip"]?.string }
    let all = addresses.isEmpty ? [pod.status.podIP].compactMap { $0 } : addresses
    return all.first { $0.contains(":") == (family == "IPv6") && !$0.isEmpty }
  }

  private static func endpoint(
    _ pod: Pod, _ address: String, _ service: Service, _ zoneOfNode: (String) -> String?
  ) -> Endpoint {
    var endpoint = Endpoint()
    endpoint.addresses = [address]
    let isServing = pod.isReady
    let isTerminating = pod.metadata.isTerminating
    let isReady = service.spec.publishNotReadyAddresses == true || (isServing && !isTerminating)
    endpoint.document["conditions"] = [
      "ready": Document(isReady), "serving": Document(isServing),
      "terminating": Document(isTerminating),
    ]
    // A name of its own in DNS, where the pod asks for one under this service.
    if let hostname = pod.spec.hostname, !hostname.isEmpty,
      pod.spec.subdomain == service.metadata.name
    {
      endpoint.hostname = hostname
    }
    endpoint.document["targetRef"] = [
      "kind": "Pod", "namespace": Document(pod.metadata.namespace ?? ""),
      "name": Document(pod.metadata.name ?? ""), "uid": Document(pod.metadata.uid ?? ""),
    ]
    endpoint.nodeName = pod.spec.nodeName
    endpoint.zone = pod.spec.nodeName.flatMap(zoneOfNode)
    return endpoint
  }

  /// The service's ports as they are numbered in a pod: a named target may differ from pod to pod.
  private static func ports(of service: Service, in pod: Pod) -> [EndpointSlicePort] {
    service.spec.ports.compactMap { servicePort in
      guard let number = targetPort(of: servicePort, in: pod) else { return nil }
      var port = EndpointSlicePort()
      port.name = servicePort.name ?? ""
      port.port = number
      port.protocol = servicePort.protocol ?? "TCP"
      port.appProtocol = servicePort.appProtocol
      return port
    }
  }

  private static func targetPort(of port: ServicePort, in pod: Pod) -> Int? {
    switch port.targetPort {
    case nil: return port.port
    case .integer(0)?: return port.port
    case .integer(let number)?: return number
    case .string(let name)?:
      let sidecars = pod.spec.initContainers.filter { $0.restartPolicy == "Always" }
      for container in pod.spec.containers + sidecars {
        for candidate in container.ports
        where candidate.name == name && (candidate.protocol ?? "TCP") == (port.protocol ?? "TCP") {
          return candidate.containerPort
        }
      }
      return nil
    }
  }

  // MARK: Steps

  /// What turns the slices there are into those there should be, touching as few as possible.
  package func steps(from existing: [EndpointSlice]) -> [Step] {
    var unused = existing
    var steps: [Step] = []
    for group in groups {
      for endpoints in chunks(of: group.endpoints) {
        let wanted = slice(group, endpoints)
        let match =
          unused.firstIndex { isSame($0, wanted) }
          ?? unused.firstIndex { $0.addressType == group.addressType && $0.ports == group.ports }
          ?? unused.firstIndex { $0.addressType == group.addressType }
        guard let match else {
          steps.append(.create(wanted))
          continue
        }
        var found = unused.remove(at: match)
        if isSame(found, wanted) { continue }
        found.endpoints = wanted.endpoints
        found.ports = wanted.ports
        found.metadata.labels = wanted.metadata.labels
        steps.append(.update(found))
      }
    }
    return steps + unused.map { .delete($0) }
  }

  private func chunks(of endpoints: [Endpoint]) -> [[Endpoint]] {
    if endpoints.isEmpty { return [[]] }
    return stride(from: 0, to: endpoints.count, by: Self.endpointsMax).map {
      Array(endpoints[$0..<min($0 + Self.endpointsMax, endpoints.count)])
    }
  }

  private func slice(_ group: Group, _ endpoints: [Endpoint]) -> EndpointSlice {
    var slice = EndpointSlice(["apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice"])
    slice.metadata.generateName = "\(key.name)-"
    slice.metadata.namespace = key.namespace
    slice.metadata.labels = labels
    slice.addressType = group.addressType
    slice.endpoints = endpoints
    slice.document["endpoints"] = endpoints.asDocument
    slice.ports = group.ports
    return slice
  }

  private func isSame(_ left: EndpointSlice, _ right: EndpointSlice) -> Bool {
    left.addressType == right.addressType && left.endpoints == right.endpoints
      && left.ports == right.ports && left.metadata.labels == right.metadata.labels
  }
}
