import ContainerRuntimeInterface
import Foundations
package import Resources

/// Brings one container of a pod to run: image, variables, mounts, the container itself, its
/// postStart hook.
package struct ContainerStarter: Sendable {
  let services: NodeServices
  let pod: Pod
  let sandbox: SandboxRecord
  let volumes: [String: MountedVolume]

  /// What is started.
  package struct Order: Sendable {
    package var container: PodContainer
    package var restartCount: Int
    /// The container whose processes it shall see.
    package var targetID: ContainerID?
  }

  package init(
    services: NodeServices, pod: Pod, sandbox: SandboxRecord, volumes: [String: MountedVolume]
  ) {
    self.services = services
    self.pod = pod
    self.sandbox = sandbox
    self.volumes = volumes
  }

  private var events: PodEvents { PodEvents(pod, sink: services.events) }

  /// - Throws: `ContainerSetupError` with the reason for the container's waiting state;
  ///   `HookFailure` where the container runs but must not go on; `CancellationError`.
  package func start(_ order: Order) async throws -> ContainerID {
    let container = order.container
    do {
      let image = try await ImagePuller(services: services).prepare(container, of: pod)
      try SecurityConfiguration.verifyNotRoot(
        container.container, in: pod, imageUser: image.userID, imageUserName: image.userName)
      let config = try await configuration(order, image)
      let id = try await create(config)
      events.tell(.normal, "Created", "Created container: \(container.name)", about: container)
      try await run(id)
      events.tell(.normal, "Started", "Started container \(container.name)", about: container)
      try await runHook(of: container, id)
      return id
    } catch let error as ContainerSetupError {
      let isTold = ["ErrImagePull", "ErrImageNeverPull", "InvalidImageName"].contains(error.reason)
      events.tell(
        .warning, "Failed", "Error: \(isTold ? error.reason : error.description)",
        about: container)
      throw error
    }
  }

  // MARK: Making

  private func configuration(
    _ order: Order, _ image: ImagePuller.Outcome
  ) async throws -> CRIContainerConfig {
    let container = order.container.container
    let environment = try await environment(of: container)
    for skipped in environment.skipped {
      events.tell(
        .warning, "InvalidEnvironmentVariableNames",
        "Keys [\(skipped)] were skipped since they are considered invalid environment variable "
          + "names.", about: order.container)
    }
    let imageVolumes = try await ImageVolumes(services: services, pod: pod)
      .prepare(for: order.container)
    let mounts = try ContainerFiles(
      services: services, pod: pod, addresses: addresses,
      volumes: volumes.merging(imageVolumes) { $1 }
    ).mounts(for: container, restartCount: order.restartCount, environment: environment)
    return ContainerConfiguration.make(
      for: container, in: pod,
      on: ContainerConfiguration.Ground(
        attempt: order.restartCount, imageReference: image.id, environment: environment,
        mounts: mounts, devices: try ContainerMounts.devices(of: container, volumes),
        memoryCapacity: services.capacity.memoryCapacity,
        isUnifiedCgroup: services.capacity.isUnifiedCgroup, targetID: order.targetID?.rawValue))
  }

  private var addresses: PodAddresses {
    let host = services.configuration.nodeAddresses
    return PodAddresses(
      podIPs: pod.spec.hostNetwork == true ? host : sandbox.addresses, hostIPs: host)
  }

  private func environment(of container: Container) async throws -> ContainerEnvironment {
    var sources = EnvironmentSources()
    let namespace = pod.metadata.namespace
    do {
      for name in ContainerEnvironment.configMapNames(of: container) {
        sources.configMaps[name] = try await VolumeMaterializer.found {
          ConfigMap(try await services.client.get(.configMaps, namespace: namespace, name: name))
        }
      }
      for name in ContainerEnvironment.secretNames(of: container) {
        sources.secrets[name] = try await VolumeMaterializer.found {
          Secret(try await services.client.get(.secrets, namespace: namespace, name: name))
        }
      }
    } catch let error as APIError {
      throw ContainerSetupError.configuration(error.message)
    }
    sources.services = services.knownServices()
    sources.addresses = addresses
    sources.allocatable = services.capacity.allocatable
    return try ContainerEnvironment(of: container, in: pod, from: sources)
  }

  private func create(_ config: CRIContainerConfig) async throws -> ContainerID {
    do {
      return try await services.runtime.createContainer(
        config, in: sandbox.id,
        madeWith: try SandboxStarter(services: services)
          .configuration(of: pod, attempt: sandbox.attempt))
    } catch let error as RuntimeError {
      throw ContainerSetupError.creation(error.description)
    }
  }

  private func run(_ id: ContainerID) async throws {
    do {
      try await services.runtime.startContainer(id)
    } catch let error as RuntimeError {
      throw ContainerSetupError.start(error.description)
    }
  }

  // MARK: The hook

  /// The container's postStart hook failed.
  package struct HookFailure: Error {
    package let container: ContainerID
  }

  private func runHook(of container: PodContainer, _ id: ContainerID) async throws {
    guard let hook = container.container.lifecycle?.postStart else { return }
    let podIP = addresses.podIPs.first ?? ""
    guard
      let target = ProbeTarget(hook, container: container.container, podIP: podIP)
    else { return }
    let result = await services.check.perform(target, in: id, timeout: Self.hookLimit)
    guard case .failure(let message) = result else { return }
    try Task.checkCancellation()
    events.tell(
      .warning, "FailedPostStartHook", "PostStartHook failed: \(message)", about: container)
    throw HookFailure(container: id)
  }

  /// The API sets no end to a hook; a day is as good as none.
  private static let hookLimit: Duration = .seconds(24 * 3600)
}
