import Resources
import Security

/// What aggregated servers read to know who calls them: the CAs of clients and of the front proxy,
/// and where the proxy says whom it speaks for.
/// Source: Kubernetes documentation, "Configure the Aggregation Layer".
struct ExtensionAuthentication {
  let credentials: ClusterCredentials

  private static let name = "extension-apiserver-authentication"
  private static let namespace = "kube-system"

  /// Makes the ConfigMap, or mends it after the CAs have changed.
  func ensure(_ client: any ClusterClient) async throws {
    do {
      let found = try await client.get(
        .configMaps, namespace: Self.namespace, name: Self.name)
      if found["data"] != configMap["data"] {
        _ = try await client.update(.configMaps, namespace: Self.namespace, configMap)
      }
    } catch let error as APIError where error.reason == .notFound {
      _ = try await client.create(.configMaps, namespace: Self.namespace, configMap)
    }
  }

  private var configMap: Document {
    func text(_ bytes: [UInt8]) -> Document { Document(String(decoding: bytes, as: UTF8.self)) }
    return [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": ["name": Document(Self.name), "namespace": Document(Self.namespace)],
      "data": [
        "client-ca-file": text(credentials.clusterAuthority.certificatePEM),
        "requestheader-allowed-names": #"["front-proxy-client"]"#,
        "requestheader-client-ca-file": text(credentials.frontProxyAuthority.certificatePEM),
        "requestheader-extra-headers-prefix": #"["X-Remote-Extra-"]"#,
        "requestheader-group-headers": #"["X-Remote-Group"]"#,
        "requestheader-uid-headers": #"["X-Remote-Uid"]"#,
        "requestheader-username-headers": #"["X-Remote-User"]"#,
      ],
    ]
  }
}
