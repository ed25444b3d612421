import Resources

/// A group and version that another server serves behind this one.
/// Source: apiregistration/v1 APIService.
struct AggregatedService: Equatable, Sendable {
  /// `v1beta1.metrics.k8s.io`.
  let name: String
  let group: String
  let version: String
  let namespace: String
  let service: String
  let port: Int
  let authorityPEM: [UInt8]
  let skipsVerification: Bool
  let groupPriority: Int
  let versionPriority: Int
  /// Whether its last check went well.
  let isAvailable: Bool

  /// - Returns: `nil` for a group and version that this server serves itself.
  init?(_ apiService: Document) {
    let spec = apiService["spec"]
    guard let service = spec?["service"], service.isObject else { return nil }
    name = apiService[path: "metadata", "name"]?.string ?? ""
    group = spec?["group"]?.string ?? ""
    version = spec?["version"]?.string ?? ""
    namespace = service["namespace"]?.string ?? ""
    self.service = service["name"]?.string ?? ""
    port = service["port"]?.integer ?? 443
    authorityPEM = spec?["caBundle"]?.base64Bytes ?? []
    skipsVerification = spec?["insecureSkipTLSVerify"]?.bool ?? false
    groupPriority = spec?["groupPriorityMinimum"]?.integer ?? 0
    versionPriority = spec?["versionPriority"]?.integer ?? 0
    isAvailable = (apiService[path: "status", "conditions"] ?? .emptyArray).elements.contains {
      $0["type"] == "Available" && $0["status"] == "True"
    }
  }

  /// `/apis/GROUP/VERSION`, where everything of it lives.
  var path: String { "/apis/\(group)/\(version)" }

  /// The name in the certificate.
  var serverName: String { "\(service).\(namespace).svc" }

  func place(identity: OutgoingPlace.Identity?) -> OutgoingPlace {
    OutgoingPlace(
      serverName: serverName, port: port, authorityPEM: authorityPEM,
      skipsVerification: skipsVerification, identity: identity)
  }

  /// The URL of something at its server.
  func url(_ target: String) -> String { "https://\(serverName):\(port)\(target)" }
}
