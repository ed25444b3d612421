/// The two certificates of a node agent that joined a cluster: by the one it is known to the API
/// server, by the other to whoever calls it.
/// Source: Kubernetes documentation, "Certificates and Certificate Signing Requests".
package enum NodeCertificate: Sendable {
  case client
  case serving

  package static func userName(ofNode name: String) -> String { "system:node:\(name)" }
  package static let group = "system:nodes"

  var signer: String {
    self == .client
      ? "kubernetes.io/kube-apiserver-client-kubelet" : "kubernetes.io/kubelet-serving"
  }

  /// Keys of ours sign only, and encipher no keys.
  var usages: [String] {
    ["digital signature", self == .client ? "client auth" : "server auth"]
  }
}
