package import Resources

/// How a picture is taken of a cluster: of any that serves Kubernetes' API.
package protocol ClusterAccess: Sendable {
  var client: any ClusterClient { get }
  /// What the server calls its version: `v1.36.0`.
  func version() async throws -> String
  /// What the server and the agents of nodes show, and what the asker itself shows and trusts.
  func keptCertificates(nodes: [Document]) async -> [KeptCertificate]
  /// The end of the log of a container's run before the present one.
  func lastLog(of container: ClusterPicture.ContainerReference) async throws -> String
}
