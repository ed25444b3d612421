/// All keys and certificates that one server works with.
package struct ClusterCredentials: Sendable {
  /// Signs and verifies the cluster's client and serving certificates.
  package let clusterAuthority: CertificateAuthority
  package let frontProxyAuthority: CertificateAuthority
  package let serviceAccountKey: TokenSigningKey
  /// One sentence for each file that was made or made again, for the log: none on a usual start.
  package let changes: [String]
  let identities: [ClusterCertificate: TLSIdentity]

  package subscript(certificate: ClusterCertificate) -> TLSIdentity {
    identities[certificate]!  // the store prepares every case
  }
}
