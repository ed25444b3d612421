package import Foundations
package import Resources

/// What all pods of a node share.
package struct NodeServices: Sendable {
  package var configuration: NodeAgentConfiguration
  package var client: any ClusterClient
  package var runtime: any ContainerRuntime
  package var images: any ImageService
  /// `nil` where the node's runtime is not its own.
  package var imageMounter: (any ImageMounting)?
  package var events: any EventSink
  package var volumes: VolumeMaterializer
  package var references: ReferencedObjects
  package var check: ContainerCheck
  package var capacity: NodeCapacity
  package var pods: NodePods
  /// What the node is short of.
  package var pressure: CurrentPressure
  /// `nil` where nobody sends to pods on behalf of Services.
  package var rotation: (any PodRotation)?
  /// Every service of the cluster, for the variables that tell of them.
  package var knownServices: @Sendable () -> [Service]
  /// So many sandboxes are made at a time: more would only make each of them slower.
  package var sandboxPlaces: Semaphore
  /// Sets the limits of a control group, making it where it is missing. Blocks on the kernel.
  package var limitGroup: @Sendable (CgroupLimits, _ path: String) throws -> Void
  package var clock: any Clock<Duration>
  package var now: @Sendable () -> Timestamp

  package init(
    configuration: NodeAgentConfiguration, client: any ClusterClient,
    runtime: any ContainerRuntime, images: any ImageService,
    imageMounter: (any ImageMounting)? = nil, events: any EventSink,
    volumes: VolumeMaterializer, references: ReferencedObjects, check: ContainerCheck,
    capacity: NodeCapacity, pods: NodePods,
    pressure: CurrentPressure = CurrentPressure(),
    knownServices: @escaping @Sendable () -> [Service],
    sandboxPlaces: Semaphore, rotation: (any PodRotation)? = nil,
    limitGroup: @escaping @Sendable (CgroupLimits, String) throws -> Void = { limits, path in
      try CgroupTree.apply(limits, to: path, in: .detect())
    },
    clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
  ) {
    self.configuration = configuration
    self.client = client
    self.runtime = runtime
    self.images = images
    self.imageMounter = imageMounter
    self.events = events
    self.volumes = volumes
    self.references = references
    self.check = check
    self.capacity = capacity
    self.pods = pods
    self.pressure = pressure
    self.rotation = rotation
    self.knownServices = knownServices
    self.sandboxPlaces = sandboxPlaces
    self.limitGroup = limitGroup
    self.clock = clock
    self.now = now
  }
}
