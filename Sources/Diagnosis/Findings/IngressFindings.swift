import Resources

/// Ingresses that cannot serve what they say.
enum IngressFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    let ingresses = picture[ClusterPicture.ingresses]
    return ingresses.flatMap { ingress in
      secrets(of: ingress, picture) + backends(of: ingress, picture) + classes(of: ingress, picture)
    } + duplicates(among: ingresses)
  }

  /// The Secrets that an Ingress names for TLS, each once.
  static func secretNames(of ingress: Document) -> [ObjectKey] {
    let namespace = ObjectKey(ingress).namespace
    let names = (ingress[path: "spec", "tls"] ?? .emptyArray).elements.compactMap {
      $0["secretName"]?.string
    }
    return Set(names).sorted().map { ObjectKey(namespace: namespace, name: $0) }
  }

  private static let needed = ["tls.crt", "tls.key"]

  private static func secrets(of ingress: Document, _ picture: ClusterPicture) -> [Finding] {
    guard picture.knows(.secrets) else { return [] }
    let reference = ObjectReference(ClusterPicture.ingresses, ingress)
    return secretNames(of: ingress).compactMap { key in
      let keys = picture.secretKeys[key]
      let missing = needed.filter { !(keys ?? []).contains($0) }
      guard !missing.isEmpty else { return nil }
      return Finding(
        .missingSecret, reference, "has no certificate",
        reason: keys == nil
          ? "there is no Secret \(key)"
          : "Secret \(key) does not hold \(missing.joined(separator: " and "))",
        remedy:
          "kubectl \(reference.scope)create secret tls \(key.name) --cert=FILE --key=FILE, or "
          + "change spec.tls[*].secretName of \(reference)")
    }
  }

  private struct Backend {
    let path: String
    let service: Document
  }

  private static func backends(of ingress: Document) -> [Backend] {
    var found: [Backend] = []
    if let service = ingress[path: "spec", "defaultBackend", "service"] {
      found.append(Backend(path: "spec.defaultBackend.service", service: service))
    }
    for rule in (ingress[path: "spec", "rules"] ?? .emptyArray).elements {
      for path in (rule[path: "http", "paths"] ?? .emptyArray).elements {
        guard let service = path[path: "backend", "service"] else { continue }
        let place = "\(rule["host"]?.string ?? "*")\(path["path"]?.string ?? "/")"
        found.append(Backend(path: "the rule for \(place)", service: service))
      }
    }
    return found
  }

  private static func backends(of ingress: Document, _ picture: ClusterPicture) -> [Finding] {
    guard picture.knows(.services) else { return [] }
    let reference = ObjectReference(ClusterPicture.ingresses, ingress)
    return backends(of: ingress).compactMap { backend in
      let name = backend.service["name"]?.string ?? ""
      guard let service = picture.object(.services, reference.namespace, name) else {
        return Finding(
          .missingService, reference, "leads to a Service that is not there",
          reason: "\(backend.path) names Service \(reference.namespace)/\(name)",
          remedy: "make that Service, or change the backend of \(backend.path) in \(reference)")
      }
      let port = backend.service["port"] ?? .emptyObject
      let ports = (service[path: "spec", "ports"] ?? .emptyArray).elements
      let fits = ports.contains {
        $0["port"]?.integer == port["number"]?.integer ?? -1
          || $0["name"]?.string == port["name"]?.string ?? ""
      }
      if fits { return nil }
      let asked = port["name"]?.string ?? port["number"]?.integer.map(String.init) ?? "none"
      let known = ports.compactMap { $0["port"]?.integer }.map(String.init)
      return Finding(
        .missingServicePort, reference, "leads to a port that its Service does not have",
        reason: "\(backend.path) names the port \(asked) of Service \(name), which has "
          + known.joined(separator: ", "),
        remedy: "change the port of \(backend.path) in \(reference), or spec.ports of Service "
          + "\(reference.namespace)/\(name)")
    }
  }

  private static let defaultClass = "ingressclass.kubernetes.io/is-default-class"

  private static func classes(of ingress: Document, _ picture: ClusterPicture) -> [Finding] {
    guard picture.knows(ClusterPicture.ingressClasses),
      ingress[path: "metadata", "annotations", "kubernetes.io/ingress.class"] == nil
    else { return [] }
    let reference = ObjectReference(ClusterPicture.ingresses, ingress)
    let classes = picture[ClusterPicture.ingressClasses]
    let name = ingress[path: "spec", "ingressClassName"]?.string
    if let name, picture.object(ClusterPicture.ingressClasses, "", name) != nil { return [] }
    let hasDefault = classes.contains {
      $0[path: "metadata", "annotations", defaultClass]?.string == "true"
    }
    if name == nil && hasDefault { return [] }
    let known = classes.map { ObjectKey($0).name }.joined(separator: ", ")
    return [
      Finding(
        .missingClass, reference, "is served by nobody",
        reason: name.map { "there is no IngressClass \($0)" }
          ?? "it names no class, and no class is the default",
        remedy: "set spec.ingressClassName of \(reference)"
          + (known.isEmpty ? "; there is no class yet" : " to one of: \(known)"))
    ]
  }

  /// Places that more than one Ingress claims.
  private static func duplicates(among ingresses: [Document]) -> [Finding] {
    struct Place: Hashable {
      let ingressClass: String
      let host: String
      let path: String
    }
    var owners: [Place: ObjectReference] = [:]
    var found: [Finding] = []
    for ingress in ingresses {
      let reference = ObjectReference(ClusterPicture.ingresses, ingress)
      let ingressClass = ingress[path: "spec", "ingressClassName"]?.string ?? ""
      for rule in (ingress[path: "spec", "rules"] ?? .emptyArray).elements {
        for path in (rule[path: "http", "paths"] ?? .emptyArray).elements {
          let place = Place(
            ingressClass: ingressClass, host: rule["host"]?.string ?? "",
            path: "\(path["pathType"]?.string ?? "") \(path["path"]?.string ?? "/")")
          guard let owner = owners[place], owner != reference else {
            owners[place] = reference
            continue
          }
          found.append(
            Finding(
              .warning, .duplicateHost, reference,
              "claims \(place.host.isEmpty ? "all hosts" : place.host) a second time",
              reason: "\(owner) has a rule for \(place.host)\(path["path"]?.string ?? "/") too",
              remedy: "change spec.rules of one of them"))
        }
      }
    }
    return found
  }
}
