/// What a stream of the node agent's API is about. Source: kubelet's API, whose paths these are.
package enum AgentStreamRoute: Equatable, Sendable {
  /// Which container of which pod.
  package struct Container: Equatable, Sendable {
    package let namespace: String
    package let pod: String
    package let name: String

    package init(namespace: String, pod: String, name: String) {
      self.namespace = namespace
      self.pod = pod
      self.name = name
    }
  }

  /// `/exec/NAMESPACE/POD/CONTAINER`
  case exec(Container)
  /// `/attach/NAMESPACE/POD/CONTAINER`
  case attach(Container)
  /// `/portForward/NAMESPACE/POD`
  case portForward(namespace: String, pod: String)

  /// - Parameter path: decoded.
  /// - Returns: `nil` for other paths.
  package init?(path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      .map(String.init)
    guard parts.count >= 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    switch (parts[0], parts.count) {
    case ("exec", 4):
      self = .exec(Container(namespace: parts[1], pod: parts[2], name: parts[3]))
    case ("attach", 4):
      self = .attach(Container(namespace: parts[1], pod: parts[2], name: parts[3]))
    case ("portForward", 3): self = .portForward(namespace: parts[1], pod: parts[2])
    default: return nil
    }
  }
}
