import Foundations
import IngressRouting
import Resources

/// An Ingress for tests: `SampleIngress("web").path("a.test", "/", "web")`.
struct SampleIngress {
  var name: String
  var created = "2026-01-01T00:00:00Z"
  var rules: [Document] = []
  var tls: [Document] = []
  var defaultBackend: Document?
  var className: String? = "martlet"

  init(_ name: String, created: String = "2026-01-01T00:00:00Z") {
    self.name = name
    self.created = created
  }

  func path(
    _ host: String?, _ path: String, _ service: String, port: Document = 80, type: String = "Prefix"
  ) -> SampleIngress {
    var copy = self
    let key = port.string == nil ? "number" : "name"
    let backend: Document = [
      "service": ["name": Document(service), "port": Document([(key, port)])]
    ]
    let path: Document = [
      "path": Document(path), "pathType": Document(type), "backend": backend,
    ]
    var rule: Document = ["http": ["paths": [path]]]
    if let host { rule["host"] = Document(host) }
    copy.rules.append(rule)
    return copy
  }

  func certificate(_ secret: String, _ hosts: String...) -> SampleIngress {
    var copy = self
    copy.tls.append(
      ["hosts": Document(hosts.map { Document($0) }), "secretName": Document(secret)])
    return copy
  }

  func fallback(_ service: String) -> SampleIngress {
    var copy = self
    copy.defaultBackend = ["service": ["name": Document(service), "port": ["number": 80]]]
    return copy
  }

  var document: Document {
    var spec: Document = ["rules": Document(rules), "tls": Document(tls)]
    if let className { spec["ingressClassName"] = Document(className) }
    if let defaultBackend { spec["defaultBackend"] = defaultBackend }
    return [
      "metadata": [
        "namespace": "default", "name": Document(name), "uid": Document("uid-\(name)"),
        "creationTimestamp": Document(created),
      ], "spec": spec,
    ]
  }

  var parsed: IngressRules { IngressRules(Ingress(document)) }
}

/// Services by name, each with port 80 named `http` and the endpoints given.
struct SampleServices {
  var endpoints: [String: [Document]] = [:]
  var types: [String: String] = [:]

  static func endpoint(_ address: String, ready: Bool? = true, terminating: Bool = false)
    -> Document
  {
    var conditions: Document = ["terminating": Document(terminating)]
    if let ready { conditions["ready"] = Document(ready) }
    return ["addresses": [Document(address)], "conditions": conditions]
  }

  var objects: BackendObjects {
    BackendObjects(
      service: { key in
        guard endpoints[key.name] != nil else { return nil }
        return Service([
          "metadata": ["name": Document(key.name)],
          "spec": [
            "type": Document(types[key.name] ?? "ClusterIP"),
            "ports": [["name": "http", "port": 80]],
          ],
        ])
      },
      slices: { key in
        [
          EndpointSlice([
            "addressType": "IPv4", "ports": [["name": "http", "port": 8080]],
            "endpoints": Document(endpoints[key.name] ?? []),
          ])
        ]
      })
  }
}
