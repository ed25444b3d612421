import Foundations
import Networking
import Resources

/// Where a `proxy` subresource leads: a pod, an endpoint of a Service, or a node.
/// Source: Kubernetes documentation, "Access Services Running on Clusters".
struct ProxyTarget: Equatable, Sendable {
  enum Trust: Equatable, Sendable {
    /// Plain HTTP.
    case none
    /// TLS without a look at the certificate: who the pod is follows from its address.
    case unverified
    /// The agent's port, with the API server's own certificate.
    case nodeAgent
  }

  let host: String
  let port: Int
  let trust: Trust
}

/// The last part of a proxied URL: `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`, where scheme and port
/// may be empty.
struct ProxyName: Equatable, Sendable {
  let isTLS: Bool
  let name: String
  /// A number, a port's name, or empty.
  let port: String

  /// - Throws: 400 for any other shape or scheme.
  init(_ text: String) throws(APIError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let scheme: String
    switch parts.count {
    case 1: (scheme, name, port) = ("", parts[0], "")
    case 2: (scheme, name, port) = ("", parts[0], parts[1])
    case 3: (scheme, name, port) = (parts[0], parts[1], parts[2])
    default:
      throw .badRequest("invalid request \"\(text)\": it is NAME, NAME:PORT or SCHEME:NAME:PORT")
    }
    guard ["", "http", "https"].contains(scheme), !name.isEmpty else {
      throw .badRequest("invalid request \"\(text)\": its scheme may be http or https")
    }
    isTLS = scheme == "https"
  }

  /// A port of what speaks plain HTTP, or whose scheme does not matter.
  init(name: String, port: String) {
    (isTLS, self.name, self.port) = (false, name, port)
  }

  private var trust: ProxyTarget.Trust { isTLS ? .unverified : .none }
  private var defaultPort: Int { isTLS ? 443 : 80 }

  /// The pod's own address; its first declared port where the URL names none.
  func target(pod: Pod) throws(APIError) -> ProxyTarget {
    let address = pod.status.podIP ?? ""
    guard !address.isEmpty else { throw .badRequest("pod \(name) has no address yet") }
    let declared = pod.spec.containers.lazy.compactMap { $0.ports.first?.containerPort }.first
    let number = port.isEmpty ? declared ?? defaultPort : try number(port)
    return ProxyTarget(host: address, port: number, trust: trust)
  }

  /// One ready endpoint of the Service, drawn at random.
  func target(
    service: Service, slices: [EndpointSlice], using random: inout some RandomNumberGenerator
  ) throws(APIError) -> ProxyTarget {
    guard
      let chosen = try targets(service: service, slices: slices).randomElement(using: &random)
    else { preconditionFailure("targets() gives one at least") }
    return chosen
  }

  /// Every ready endpoint of the Service: one at least.
  func targets(service: Service, slices: [EndpointSlice]) throws(APIError) -> [ProxyTarget] {
    guard
      let servicePort = service.spec.ports.first(where: {
        port.isEmpty
          ? service.spec.ports.count == 1
          : ($0.name ?? "") == port || String($0.port) == port
      })
    else {
      throw .unavailable("no service port \"\(port)\" found for service \"\(name)\"")
    }
    let candidates = slices.flatMap { slice -> [ProxyTarget] in
      let ports = slice.ports.filter { ($0.name ?? "") == (servicePort.name ?? "") }
      let ready = slice.endpoints.filter { $0.conditions?.ready ?? true }
      return ready.flatMap { endpoint in
        endpoint.addresses.flatMap { address in
          ports.compactMap { $0.port }.map {
            ProxyTarget(host: address, port: $0, trust: trust)
          }
        }
      }
    }
    if candidates.isEmpty {
      throw .unavailable("no endpoints available for service \"\(name)\"")
    }
    return candidates
  }

  /// The node's agent, or another port of the node.
  func target(node: Document) throws(APIError) -> ProxyTarget {
    guard let agent = NodeConnections.address(of: node) else {
      throw .internalError("node \"\(name)\" has no address to reach it at")
    }
    let number = port.isEmpty ? agent.port : try number(port)
    return ProxyTarget(
      host: agent.host, port: number, trust: number == agent.port ? .nodeAgent : trust)
  }

  private func number(_ text: String) throws(APIError) -> Int {
    guard let number = Int(text), (1...65535).contains(number) else {
      throw .badRequest("port \"\(text)\" of \"\(name)\" is no number from 1 to 65535")
    }
    return number
  }
}

extension APIError {
  fileprivate static func unavailable(_ message: String) -> APIError {
    APIError(code: 503, reason: .serviceUnavailable, message: message)
  }
}
