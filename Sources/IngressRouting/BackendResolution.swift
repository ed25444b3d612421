package import Foundations
package import Resources

/// One address and port that requests may be sent to.
package struct BackendEndpoint: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let address: IPAddress
  package let port: Int
  /// HTTP/2 from the first byte on, without TLS; else HTTP/1.1.
  package let speaksHTTP2: Bool

  package init(address: IPAddress, port: Int, speaksHTTP2: Bool = false) {
    self.address = address
    self.port = port
    self.speaksHTTP2 = speaksHTTP2
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.address, left.port) < (right.address, right.port)
  }

  package var description: String {
    address.family == .v4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}

/// What a backend stands for at the moment.
package struct Backend: Equatable, Sendable {
  package let reference: BackendReference
  /// Those that take new requests, each once, in order. None: requests are answered with 503.
  package let endpoints: [BackendEndpoint]
  /// A client is to come to the same endpoint again, known by its address.
  package var hasSessionAffinity = false

  /// `default/web:80`, for logs and metrics.
  package var name: String {
    switch reference {
    case .service(let key, .number(let number)): "\(key):\(number)"
    case .service(let key, .name(let name)): "\(key):\(name)"
    case .resource(let kind, let name): "\(kind)/\(name)"
    }
  }
}

/// The objects that backends are resolved with. Each is asked for what it holds now.
package struct BackendObjects {
  package var service: (ObjectKey) -> Service?
  package var slices: (ObjectKey) -> [EndpointSlice]

  package init(
    service: @escaping (ObjectKey) -> Service?, slices: @escaping (ObjectKey) -> [EndpointSlice]
  ) {
    self.service = service
    self.slices = slices
  }
}

extension BackendReference {
  /// Why a reference leads nowhere.
  enum Failure: Error, Equatable {
    case notAService(kind: String)
    case noService(ObjectKey)
    case externalName(ObjectKey)
    case noPort(ObjectKey, Port, known: [String])

    var reason: IngressProblem.Reason {
      switch self {
      case .notAService, .externalName: .unsupported
      case .noService: .serviceMissing
      case .noPort: .portMissing
      }
    }

    /// - Parameter field: that of the backend.
    func message(at field: String) -> String {
      switch self {
      case .notAService(let kind):
        "\(field).resource names a \(kind): only Services are served, name one in \(field).service"
      case .noService(let key):
        "\(field).service.name: there is no Service \(key); create it or name another. Until then "
          + "requests are answered with 503"
      case .externalName(let key):
        "\(field).service.name: Service \(key) is an ExternalName, which may lead anywhere and is "
          + "not served; use a Service with endpoints"
      case .noPort(let key, let port, let known):
        "\(field).service.port: Service \(key) has no port \(port), it has "
          + "\(known.joined(separator: ", ")). Until then requests are answered with 503"
      }
    }
  }

  /// What a Service's port says in `appProtocol` where its pods speak HTTP/2 without TLS, as servers of
  /// gRPC do. Source: Kubernetes documentation, "Service", "Application protocol".
  private static let plainHTTP2 = "kubernetes.io/h2c"

  func resolve(_ objects: BackendObjects) throws(Failure) -> Backend {
    guard case .service(let key, let wanted) = self else {
      guard case .resource(let kind, _) = self else {
        return Backend(reference: self, endpoints: [])
      }
      throw .notAService(kind: kind)
    }
    guard let service = objects.service(key) else { throw .noService(key) }
    if service.spec.type == "ExternalName" { throw .externalName(key) }
    let ports = service.spec.ports
    let port = ports.first {
      switch wanted {
      case .number(let number): $0.port == number
      case .name(let name): $0.name == name
      }
    }
    guard let port else {
      throw .noPort(key, wanted, known: ports.map { $0.name.map { "\"\($0)\"" } ?? "\($0.port)" })
    }
    let speaksHTTP2 = port.appProtocol == Self.plainHTTP2
    var endpoints: Set<BackendEndpoint> = []
    for slice in objects.slices(key) where slice.addressType != "FQDN" {
      for slicePort in slice.ports where (slicePort.name ?? "") == (port.name ?? "") {
        guard let number = slicePort.port else { continue }
        for endpoint in slice.endpoints where endpoint.takesNewRequests {
          // The addresses of one endpoint are one place.
          guard let address = endpoint.addresses.first.flatMap({ IPAddress($0) }) else { continue }
          endpoints.insert(
            BackendEndpoint(address: address, port: number, speaksHTTP2: speaksHTTP2))
        }
      }
    }
    return Backend(
      reference: self, endpoints: endpoints.sorted(),
      hasSessionAffinity: service.spec.sessionAffinity == "ClientIP")
  }
}

extension Endpoint {
  /// Ready, and not on its way out. Unknown readiness is to be read as ready (EndpointSlice API).
  var takesNewRequests: Bool {
    conditions?.ready ?? true && conditions?.terminating != true
  }
}
