package import ContainerRuntimeInterface
import SwiftProtobuf

extension ContainerRuntimeClient {
  package func images() async throws -> [CRIImage] {
    let answer: CRIListImagesResponse = try await image("ListImages", CRIListImagesRequest())
    return answer.images
  }

  package func image(_ reference: String) async throws -> CRIImage? {
    let answer: CRIImageStatusResponse = try await image(
      "ImageStatus", CRIImageStatusRequest.with { $0.image.image = reference })
    return answer.hasImage ? answer.image : nil
  }

  package func pullImage(
    _ reference: String, credentials: CRIAuthConfig?, for sandboxConfig: CRIPodSandboxConfig?
  ) async throws -> String {
    let request = CRIPullImageRequest.with {
      $0.image.image = reference
      if let credentials { $0.auth = credentials }
      if let sandboxConfig { $0.sandboxConfig = sandboxConfig }
    }
    let answer: CRIPullImageResponse = try await image("PullImage", request, deadline: nil)
    return answer.imageRef
  }

  package func removeImage(_ reference: String) async throws {
    let _: CRIRemoveImageResponse = try await image(
      "RemoveImage", CRIRemoveImageRequest.with { $0.image.image = reference })
  }

  package func imageFileSystems() async throws -> CRIImageFsInfoResponse {
    try await image("ImageFsInfo", CRIImageFsInfoRequest())
  }

  private func image<Request: Message, Response: Message>(
    _ method: String, _ request: Request, deadline: Duration? = workDeadline
  ) async throws -> Response {
    try await connection.call(Self.imageService, method, request, deadline: deadline)
  }
}
