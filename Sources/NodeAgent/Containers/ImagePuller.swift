import ContainerRuntimeInterface
import Foundations
package import Resources

/// Sees that a container's image is on the node.
package struct ImagePuller: Sendable {
  private let services: NodeServices

  /// An image as it lies on the node.
  package struct Outcome: Sendable {
    /// By which a container is made from exactly this image.
    package var id: String
    /// The user that it runs as: `nil` and empty where it says nothing.
    package var userID: Int?
    package var userName: String
  }

  package init(services: NodeServices) { self.services = services }

  /// - Throws: `ContainerSetupError` with the reason that the container's waiting state shows.
  package func prepare(_ container: PodContainer, of pod: Pod) async throws -> Outcome {
    try await prepare(
      container.container.image ?? "", policy: container.container.imagePullPolicy,
      for: container, of: pod)
  }

  /// An image that a container needs, as its own or as a volume.
  /// - Parameters:
  ///   - name: as the pod has it.
  ///   - policy: when to pull it; `nil` where it is missing.
  package func prepare(
    _ name: String, policy: String?, for container: PodContainer, of pod: Pod
  ) async throws -> Outcome {
    let events = PodEvents(pod, sink: services.events)
    guard let reference = ImageReference(name) else {
      let message = "Failed to apply default image tag \"\(name)\": couldn't parse image name"
      events.tell(.warning, "InspectFailed", message, about: container)
      throw ContainerSetupError(reason: "InvalidImageName", description: message)
    }
    let present = try await services.images.image(name)
    let decision = ImagePullDecision(
      policy: policy, isPresent: present != nil)
    switch decision {
    case .use:
      events.tell(
        .normal, "Pulled", "Container image \"\(name)\" already present on machine",
        about: container)
      return outcome(present, name)
    case .refuse:
      let message = "Container image \"\(name)\" is not present with pull policy of Never"
      events.tell(.warning, "ErrImageNeverPull", message, about: container)
      throw ContainerSetupError(reason: "ErrImageNeverPull", description: message)
    case .pull: return try await pull(name, reference, container, pod, events)
    }
  }

  private func pull(
    _ name: String, _ reference: ImageReference, _ container: PodContainer, _ pod: Pod,
    _ events: PodEvents
  ) async throws -> Outcome {
    events.tell(.normal, "Pulling", "Pulling image \"\(name)\"", about: container)
    let began = services.now()
    do {
      let id = try await pull(name, with: try await credentials(for: reference, pod))
      let image = try await services.images.image(name)
      let took = Self.words(began.distance(to: services.now()))
      events.tell(
        .normal, "Pulled",
        "Successfully pulled image \"\(name)\" in \(took) (\(took) including waiting). "
          + "Image size: \(image?.size ?? 0) bytes.", about: container)
      return outcome(image, id)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      events.tell(
        .warning, "Failed", "Failed to pull image \"\(name)\": \(error)", about: container)
      throw ContainerSetupError(reason: "ErrImagePull", description: "\(error)")
    }
  }

  /// Tries each set of credentials, and without any where there are none.
  private func pull(_ name: String, with credentials: [CRIAuthConfig]) async throws -> String {
    var failure: (any Error)?
    for candidate in credentials {
      do {
        return try await services.images.pullImage(name, credentials: candidate, for: nil)
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return try await services.images.pullImage(name, credentials: nil, for: nil)
  }

  private func credentials(
    for image: ImageReference, _ pod: Pod
  ) async throws -> [CRIAuthConfig] {
    var secrets: [Secret] = []
    for reference in pod.spec.imagePullSecrets {
      guard let name = reference.name, !name.isEmpty else { continue }
      let secret = try await VolumeMaterializer.found {
        Secret(
          try await services.client.get(
            .secrets, namespace: pod.metadata.namespace, name: name))
      }
      if let secret { secrets.append(secret) }  // one that is missing opens nothing
    }
    return PullSecrets.credentials(for: image, in: secrets)
  }

  private func outcome(_ image: CRIImage?, _ fallback: String) -> Outcome {
    guard let image else { return Outcome(id: fallback, userID: nil, userName: "") }
    return Outcome(
      id: image.id, userID: image.hasUid ? Int(image.uid.value) : nil, userName: image.username)
  }

  /// `1.234s`
  private static func words(_ duration: Duration) -> String {
    let milliseconds =
      duration.components.seconds * 1000
      + duration.components.attoseconds / 1_000_000_000_000_000
    if milliseconds < 1000 { return "\(milliseconds)ms" }
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)s"
  }
}
