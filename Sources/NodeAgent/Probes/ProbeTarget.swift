import Foundations
package import Resources

/// Where a probe or a hook looks. Pure.
package enum ProbeTarget: Equatable, Sendable {
  case command([String])
  case http(HTTPCheck)
  case tcp(host: String, port: Int)
  case grpc(host: String, port: Int, service: String)
  case sleep(Duration)

  package struct HTTPCheck: Equatable, Sendable {
    package var isTLS: Bool
    package var host: String
    package var port: Int
    /// With its query.
    package var path: String
    package var headers: [(name: String, value: String)]

    package static func == (left: Self, right: Self) -> Bool {
      left.isTLS == right.isTLS && left.host == right.host && left.port == right.port
        && left.path == right.path && left.headers.elementsEqual(right.headers) { $0 == $1 }
    }
  }

  /// - Parameter podIP: stands in for a host that is not named.
  /// - Returns: `nil` where the probe says nothing of where to look, or names a port that is not
  ///   there.
  package init?(_ probe: Probe, container: Container, podIP: String) {
    if let exec = probe.exec {
      self = .command(exec.command)
    } else if let get = probe.httpGet {
      guard let check = Self.check(get, container, podIP) else { return nil }
      self = .http(check)
    } else if let socket = probe.tcpSocket {
      guard let port = socket.port.flatMap({ Self.port($0, container) }) else { return nil }
      self = .tcp(host: Self.host(socket.host, podIP), port: port)
    } else if let grpc = probe.grpc {
      self = .grpc(host: podIP, port: grpc.port, service: grpc.service ?? "")
    } else {
      return nil
    }
  }

  package init?(_ hook: LifecycleHandler, container: Container, podIP: String) {
    if let exec = hook.exec {
      self = .command(exec.command)
    } else if let get = hook.httpGet {
      guard let check = Self.check(get, container, podIP) else { return nil }
      self = .http(check)
    } else if let sleep = hook.sleep {
      self = .sleep(.seconds(sleep.seconds))
    } else {
      return nil
    }
  }

  private static func check(
    _ get: HTTPGetAction, _ container: Container, _ podIP: String
  ) -> HTTPCheck? {
    guard let port = get.port.flatMap({ Self.port($0, container) }) else { return nil }
    var path = get.path ?? "/"
    if !path.hasPrefix("/") { path = "/\(path)" }
    return HTTPCheck(
      isTLS: get.scheme == "HTTPS", host: host(get.host, podIP), port: port, path: path,
      headers: get.httpHeaders.map { ($0.name, $0.value) })
  }

  private static func host(_ named: String?, _ podIP: String) -> String {
    named.flatMap { $0.isEmpty ? nil : $0 } ?? podIP
  }

  /// A number, or the name of one of the container's ports.
  private static func port(_ port: IntOrString, _ container: Container) -> Int? {
    switch port {
    case .integer(let number): (1...65535).contains(number) ? number : nil
    case .string(let name):
      container.ports.first { $0.name == name }?.containerPort ?? Int(name)
    }
  }
}
