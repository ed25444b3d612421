/// The rules of ports of the host's that containers take.
/// Source: Kubernetes API reference, "ContainerPort"; upstream's messages.
enum HostPortValidation {
  /// - Parameter isPod: ports of templates are filled in later.
  static func errors(_ spec: Document, isPod: Bool, at path: String) -> [FieldError] {
    networkErrors(spec, isPod: isPod, at: path)
      + takenErrors(spec["containers"], at: "\(path).containers")
  }

  /// With the host's network, a port of a container is a port of the host.
  private static func networkErrors(_ spec: Document, isPod: Bool, at path: String) -> [FieldError]
  {
    guard spec["hostNetwork"]?.bool == true, let containers = spec["containers"] else { return [] }
    return containers.elements.enumerated().flatMap { number, container in
      (container["ports"] ?? .emptyArray).elements.enumerated().compactMap { position, port in
        let host = port["hostPort"]?.integer ?? 0
        guard isPod || host != 0, host != port["containerPort"]?.integer ?? 0 else { return nil }
        return .invalid(
          "\(path).containers[\(number)].ports[\(position)].hostPort", port["hostPort"] ?? 0,
          "must match `containerPort` when `hostNetwork` is true")
      }
    }
  }

  /// A port of the host's is taken once.
  static func takenErrors(_ containers: Document?, at path: String) -> [FieldError] {
    var taken: Set<String> = []
    return (containers ?? .emptyArray).elements.enumerated().flatMap { number, container in
      (container["ports"] ?? .emptyArray).elements.enumerated().compactMap { position, port in
        guard let host = port["hostPort"]?.integer, host != 0 else { return nil }
        let protocolName = port["protocol"]?.string ?? "TCP"
        let key = "\(protocolName)/\(port["hostIP"]?.string ?? "")/\(host)"
        if taken.insert(key).inserted { return nil }
        return .duplicate("\(path)[\(number)].ports[\(position)].hostPort", Document(key))
      }
    }
  }
}
