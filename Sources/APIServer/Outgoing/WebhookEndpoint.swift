package import Resources

/// Where a webhook listens, as its configuration says it.
/// Source: admissionregistration/v1 and apiextensions/v1 WebhookClientConfig.
package struct WebhookEndpoint: Hashable, Sendable {
  package enum Place: Hashable, Sendable {
    /// `https://host[:port]/path`.
    case url(String)
    case service(namespace: String, name: String, port: Int, path: String)
  }

  package let place: Place
  /// CA certificates in PEM; empty trusts those of the system.
  package let authorityPEM: [UInt8]

  package init(_ clientConfig: Document) {
    if let service = clientConfig["service"], service.isObject {
      let path = service["path"]?.string ?? ""
      place = .service(
        namespace: service["namespace"]?.string ?? "", name: service["name"]?.string ?? "",
        port: service["port"]?.integer ?? 443,
        path: path.isEmpty || path.hasPrefix("/") ? path : "/" + path)
    } else {
      place = .url(clientConfig["url"]?.string ?? "")
    }
    authorityPEM = clientConfig["caBundle"]?.base64Bytes ?? []
  }

  /// The URL that requests name, without a query. A Service is known by the name in its certificate.
  package var url: String {
    switch place {
    case .url(let url): url
    case .service(let namespace, let name, let port, let path):
      "https://\(name).\(namespace).svc:\(port)\(path)"
    }
  }
}
