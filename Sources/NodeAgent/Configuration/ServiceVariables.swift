package import Resources

/// The variables that tell a container where the services of its namespace are.
/// Source: Kubernetes documentation, "Service", "Environment variables".
package enum ServiceVariables {
  /// - Parameters:
  ///   - services: every service the pod may be told of; those without an address are left out.
  ///   - namespace: the pod's.
  ///   - linksServices: `spec.enableServiceLinks`; without it only the API's own service is told.
  package static func variables(
    services: [Service], namespace: String, linksServices: Bool
  ) -> [(name: String, value: String)] {
    var chosen: [String: Service] = [:]
    for service in services {
      let name = service.metadata.name ?? ""
      let isAPI = service.metadata.namespace == "default" && name == "kubernetes"
      let isOwn = service.metadata.namespace == namespace
      guard isOwn && linksServices || isAPI else { continue }
      // A service of the namespace goes before the API's of the same name.
      if isAPI && !isOwn && chosen[name] != nil { continue }
      chosen[name] = service
    }
    return chosen.values
      .sorted { ($0.metadata.name ?? "") < ($1.metadata.name ?? "") }
      .flatMap(variables(of:))
  }

  private static func variables(of service: Service) -> [(name: String, value: String)] {
    guard let address = service.spec.clusterIP, !address.isEmpty, address != "None",
      let first = service.spec.ports.first
    else { return [] }
    let prefix = variableName(service.metadata.name ?? "")
    var variables = [
      ("\(prefix)_SERVICE_HOST", address), ("\(prefix)_SERVICE_PORT", String(first.port)),
    ]
    for port in service.spec.ports {
      guard let name = port.name, !name.isEmpty else { continue }
      variables.append(("\(prefix)_SERVICE_PORT_\(variableName(name))", String(port.port)))
    }
    let host = address.contains(":") ? "[\(address)]" : address
    for (position, port) in service.spec.ports.enumerated() {
      let kind = port.`protocol` ?? "TCP"
      let url = "\(kind.lowercased())://\(host):\(port.port)"
      let link = "\(prefix)_PORT_\(port.port)_\(kind.uppercased())"
      if position == 0 { variables.append(("\(prefix)_PORT", url)) }
      variables.append((link, url))
      variables.append(("\(link)_PROTO", kind.lowercased()))
      variables.append(("\(link)_PORT", String(port.port)))
      variables.append(("\(link)_ADDR", address))
    }
    return variables
  }

  /// `my-service` → `MY_SERVICE`
  private static func variableName(_ name: String) -> String {
    String(name.uppercased().map { $0 == "-" ? "_" : $0 })
  }
}
