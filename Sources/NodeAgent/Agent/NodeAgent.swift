import Foundations
package import Logging
package import NIOCore
package import Resources

/// The pod side of a node: runs the pods that the cluster gave to it, and tells how they are.
///
/// Containers go on when it stops, and it takes over those that it finds when it starts.
package final class NodeAgent: Sendable {
  private let configuration: NodeAgentConfiguration
  private let services: NodeServices
  private let podInformer: Informer
  private let serviceInformer: Informer
  private let events: EventRecorder
  private let runtimeEvents: RuntimeEventQueue
  private let workers: PodWorkers
  private let staticPods: StaticPods?
  private let pressurePolicy: PressurePolicy
  private let logger: Logger

  /// - Parameters:
  ///   - client: whose identity is this node's.
  ///   - runtime: runs containers, and holds their images.
  ///   - imageMounter: for volumes that are images; `nil` where there can be none.
  ///   - runtimeEvents: filled by a `RuntimeEventSource` that the caller runs.
  ///   - capacity: the node's.
  ///   - pressure: told what the node is short of.
  ///   - rotation: who has to be waited for before a pod may be told to end.
  package init(
    configuration: NodeAgentConfiguration, client: any ClusterClient,
    runtime: any ContainerRuntime & ImageService, imageMounter: (any ImageMounting)? = nil,
    runtimeEvents: RuntimeEventQueue,
    capacity: NodeCapacity, pressure: CurrentPressure = CurrentPressure(),
    pressurePolicy: PressurePolicy = PressurePolicy(), rotation: (any PodRotation)? = nil,
    group: any EventLoopGroup,
    logger: Logger
  ) {
    self.configuration = configuration
    self.runtimeEvents = runtimeEvents
    self.pressurePolicy = pressurePolicy
    self.logger = logger
    podInformer = Informer(
      .pods, client: client,
      options: ListOptions(fieldSelector: "spec.nodeName=\(configuration.nodeName)"))
    let serviceInformer = Informer(.services, client: client)
    self.serviceInformer = serviceInformer
    events = EventRecorder(client: client, component: "kubelet", host: configuration.nodeName)
    services = NodeServices(
      configuration: configuration, client: client, runtime: runtime, images: runtime,
      imageMounter: imageMounter, events: events,
      volumes: VolumeMaterializer(
        client: client, tokens: TokenSource(client: client), configuration: configuration),
      references: ReferencedObjects(client: client),
      check: ContainerCheck(runtime: runtime, group: group), capacity: capacity, pods: NodePods(),
      pressure: pressure,
      knownServices: { serviceInformer.objects.map(Service.init) },
      sandboxPlaces: Semaphore(Self.sandboxesAtOnce), rotation: rotation)
    workers = PodWorkers(services: services)
    staticPods = configuration.staticPodDirectory.map { [services, workers, podInformer] in
      StaticPods(
        directory: $0, services: services, workers: workers, pods: podInformer, logger: logger)
    }
  }

  /// Measured on two cores: more at a time take longer each, and none comes sooner.
  private static let sandboxesAtOnce = 4

  /// What runs here: for those who serve logs, exec, attach and port-forward.
  package var pods: NodePods { services.pods }

  /// Runs until the task is cancelled.
  package func run() async throws {
    podInformer.onChange { [workers, staticPods] change in
      if StaticPod.isMirror(Pod(change.object)) { staticPods?.mirrorChanged() }
      switch change {
      case .added(let object), .updated(_, let object): workers.update(Pod(object))
      case .removed(let object): workers.remove(Pod(object))
      }
    }
    await withDiscardingTaskGroup { group in
      group.addTask { await self.events.run() }
      group.addTask { await self.services.references.run() }
      group.addTask { await self.serviceInformer.run() }
      group.addTask { await self.workers.run() }
      group.addTask { await self.podInformer.run() }
      // With half a list every other pod would be a stranger.
      do { try await podInformer.waitUntilSynced() } catch { return }
      if let staticPods {
        // Before anything is taken for a stranger's.
        staticPods.prepare()
        staticPods.readDirectory()
        _ = staticPods.beginAndEnd()
        group.addTask { await staticPods.run() }
      }
      await removeStrangers()
      group.addTask { [workers] in
        // Tokens may have ended by it: every pod is looked at.
        await ClockLeaps.follow { _ in workers.runtimeChanged() }
      }
      group.addTask {
        await PressureWatch(
          services: self.services, workers: self.workers, policy: self.pressurePolicy,
          logger: self.logger
        ).run()
      }
      group.addTask {
        await StorageWatch(services: self.services, workers: self.workers, logger: self.logger)
          .run()
      }
      await followRuntime()
      group.cancelAll()
    }
  }

  /// Hands what the runtime says to the pods that it is about.
  private func followRuntime() async {
    while !Task.isCancelled {
      for event in await runtimeEvents.nextBatch() {
        switch event {
        case .exited(let id): workers.runtimeChanged(id)
        case .outOfMemory(let id): workers.runtimeChanged(id.rawValue)
        case .resync: workers.runtimeChanged()
        }
      }
    }
  }

  /// Ends what runs for pods that nobody knows any more, and removes their files.
  private func removeStrangers() async {
    do {
      let strangers = try await NodeStrangers(services: services).find(known: workers.uids)
      for pod in strangers {
        logger.info(
          "pod \(pod.metadata.key) (\(pod.metadata.uid ?? "")) is not known any more: it ends")
        workers.update(pod)
        workers.remove(pod)
      }
    } catch {
      logger.warning("what runs for unknown pods could not be listed: \(error)")
    }
  }
}
