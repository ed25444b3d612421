package import ContainerRuntimeInterface

/// What the node agent asks of a container runtime about images. Errors as in `ContainerRuntime`.
package protocol ImageService: Sendable {
  /// Every image on the node.
  func images() async throws -> [CRIImage]
  /// `nil` where the node does not have it.
  /// - Parameter reference: a name with tag or digest, or an image's ID.
  func image(_ reference: String) async throws -> CRIImage?
  /// Has no deadline, as images may be large: the runtime gives up when nothing arrives.
  /// - Parameters:
  ///   - credentials: `nil` pulls anonymously. Never logged.
  ///   - sandboxConfig: the pod that asks.
  /// - Returns: the image's digest or ID.
  func pullImage(
    _ reference: String, credentials: CRIAuthConfig?, for sandboxConfig: CRIPodSandboxConfig?
  ) async throws -> String
  /// Can be repeated. Every name of the image goes with it.
  func removeImage(_ reference: String) async throws
  /// The file systems that hold images and containers' own layers, with what is used.
  func imageFileSystems() async throws -> CRIImageFsInfoResponse
}
