/// What is told of ports that a pod's containers say twice.
/// Source: upstream's wording.
enum ContainerPortWarnings {
  private struct Port {
    let place: String
    let name: String
    let number: Int
    let protocolName: String
    let hostIP: String
    let hostPort: Int

    init(_ port: Document, at place: String) {
      self.place = place
      name = port["name"]?.string ?? ""
      number = port["containerPort"]?.integer ?? 0
      protocolName = port["protocol"]?.string ?? "TCP"
      hostIP = port["hostIP"]?.string ?? ""
      hostPort = port["hostPort"]?.integer ?? 0
    }

    /// How it gets in the way of an earlier one of the same number and protocol; `nil` where it does not.
    func conflict(with other: Port) -> String? {
      guard number == other.number, protocolName == other.protocolName else { return nil }
      if hostIP == other.hostIP, hostPort == other.hostPort { return "duplicate" }
      if hostPort == 0 || other.hostPort == 0 { return "overlapping" }
      return hostPort == other.hostPort && hostIP.isEmpty != other.hostIP.isEmpty
        ? "dangerously ambiguous" : nil
    }
  }

  /// How many ports of a pod are compared with each other, whose cost is the square of it. Pods have
  /// fewer, and no answer could hold the warnings of more.
  private static let comparedMax = 256

  static func ofPorts(_ spec: Document, at path: String) -> [String] {
    let ports = ContainerWarnings.lists.flatMap { spec.placed($0, at: "\(path).") }
      .flatMap { place, container in container.placed("ports", at: "\(place).") }
      .map { Port($0.value, at: $0.place) }
    let compared = ports.prefix(comparedMax)
    return compared.indices.flatMap {
      ofHost(compared[$0]) + ofConflicts(compared[$0], after: compared[..<$0])
    } + ports.dropFirst(comparedMax).flatMap(ofHost) + ofNames(ports)
  }

  private static func ofHost(_ port: Port) -> [String] {
    guard !port.hostIP.isEmpty, port.hostPort == 0 else { return [] }
    return [
      "\(port.place): hostIP set without hostPort: {Name:\(port.name) HostPort:0 "
        + "ContainerPort:\(port.number) Protocol:\(port.protocolName) HostIP:\(port.hostIP)}"
    ]
  }

  private static func ofConflicts(_ port: Port, after earlier: ArraySlice<Port>) -> [String] {
    earlier.compactMap { other in
      port.conflict(with: other).map { "\(port.place): \($0) port definition with \(other.place)" }
    }
  }

  private static func ofNames(_ ports: [Port]) -> [String] {
    var places: [String: String] = [:]
    return ports.compactMap { port in
      if port.name.isEmpty { return nil }
      guard let first = places[port.name] else {
        places[port.name] = port.place
        return nil
      }
      return
        "\(port.place): duplicate port name \"\(port.name)\" with \(first), services and probes "
        + "that select ports by name will use \(first)"
    }
  }
}
