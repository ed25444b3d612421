package import Foundations
package import Resources

/// What one Ingress asks for, parsed.
package struct IngressRules: Equatable, Sendable {
  package struct Path: Equatable, Sendable {
    package let host: HostPattern
    package let path: PathPattern
    package let backend: BackendReference
    /// Where it stands: `spec.rules[0].http.paths[1]`.
    package let field: String
  }

  package struct Certificate: Equatable, Sendable {
    /// Empty means those that the certificate is made for.
    package let hosts: [HostPattern]
    /// `nil` where the default certificate serves.
    package let secret: ObjectKey?
    /// `spec.tls[0]`.
    package let field: String
  }

  package let key: ObjectKey
  package let uid: String
  package let created: Timestamp?
  package let paths: [Path]
  package let defaultBackend: BackendReference?
  package let certificates: [Certificate]

  package init(_ ingress: Ingress) {
    let spec = ingress.spec
    let namespace = ingress.metadata.namespace ?? ""
    key = ObjectKey(namespace: namespace, name: ingress.metadata.name ?? "")
    uid = ingress.metadata.uid ?? ""
    created = ingress.metadata.creationTimestamp
    defaultBackend = spec.defaultBackend.map { BackendReference($0, namespace: namespace) }
    certificates = spec.tls.enumerated().map { index, tls in
      Certificate(
        hosts: tls.hosts.map { HostPattern($0) },
        secret: tls.secretName.flatMap {
          $0.isEmpty ? nil : ObjectKey(namespace: namespace, name: $0)
        }, field: "spec.tls[\(index)]")
    }
    paths = spec.rules.enumerated().flatMap { index, rule in
      let host = HostPattern(rule.host)
      return (rule.http?.paths ?? []).enumerated().map { place, path in
        Path(
          host: host, path: PathPattern(path.path, type: path.pathType),
          backend: BackendReference(path.backend, namespace: namespace),
          field: "spec.rules[\(index)].http.paths[\(place)]")
      }
    }
  }

  /// Every Service that requests may go to.
  package var services: Set<ObjectKey> {
    Set((paths.map(\.backend) + [defaultBackend].compactMap { $0 }).compactMap(\.service))
  }

  package var secrets: Set<ObjectKey> { Set(certificates.compactMap(\.secret)) }

  /// Whose claim is the older one; of two of the same second, the first by name.
  package static func precedes(_ left: IngressRules, _ right: IngressRules) -> Bool {
    let (a, b) = (left.created?.seconds ?? .max, right.created?.seconds ?? .max)
    return a == b ? left.key < right.key : a < b
  }
}

/// What a path leads to, as an Ingress names it.
package enum BackendReference: Hashable, Sendable {
  package enum Port: Hashable, Sendable, CustomStringConvertible {
    case number(Int)
    case name(String)

    package var description: String {
      switch self {
      case .number(let number): "\(number)"
      case .name(let name): "\"\(name)\""
      }
    }
  }

  case service(ObjectKey, port: Port)
  /// Another kind of object, which nobody here knows how to ask.
  case resource(kind: String, name: String)

  init(_ backend: IngressBackend, namespace: String) {
    if let service = backend.service {
      let port = service.port
      let name = port?.name ?? ""
      self = .service(
        ObjectKey(namespace: namespace, name: service.name),
        port: name.isEmpty ? .number(port?.number ?? 0) : .name(name))
    } else {
      self = .resource(kind: backend.resource?.kind ?? "", name: backend.resource?.name ?? "")
    }
  }

  package var service: ObjectKey? {
    if case .service(let key, _) = self { key } else { nil }
  }
}
