/// The signers that a cluster brings itself.
/// Source: Kubernetes documentation, "Certificates and Certificate Signing Requests",
/// "Kubernetes signers".
package enum CertificateSigners {
  package static let client = "kubernetes.io/kube-apiserver-client"
  package static let nodeClient = "kubernetes.io/kube-apiserver-client-kubelet"
  package static let nodeServing = "kubernetes.io/kubelet-serving"
}

extension CertificateSigningRequest {
  package func hasTrue(_ condition: String) -> Bool {
    status.conditions.contains { $0.type == condition && $0.status == "True" }
  }
}
