/// Of the cluster itself.
let clusterDescriptions: StaticString = #"""
  Node A machine that runs pods.
  NodeSpec What a node is to be.
   podCIDR The addresses of its pods.
   podCIDRs The addresses of its pods, one range for each family.
   providerID The provider's name for the machine.
   taints What keeps pods away that do not put up with it.
   unschedulable Whether no new pods are placed there (kubectl cordon).
  NodeStatus What a node was last seen as.
   addresses Where it is reached.
   allocatable What pods can have of it.
   capacity What it has.
   images The images that it holds.
   nodeInfo Versions and identifiers of the machine.
   volumesAttached Volumes that are attached to it.
   volumesInUse Volumes that its pods use.
  Taint Keeps pods away from a node.
   effect NoSchedule, PreferNoSchedule or NoExecute, which also ends pods that are there.
   key The taint's key.
   timeAdded When it was added.
   value Its value.
  NodeSystemInfo Versions and identifiers of a machine.
   architecture The processor's.
   bootID Changes with each start of the machine.
   containerRuntimeVersion The container runtime's.
   kernelVersion The kernel's.
   kubeletVersion The node agent's.
   machineID Stays with the installed system.
   operatingSystem linux.
   osImage The distribution's name.
   systemUUID Stays with the hardware.
  Namespace A part of the cluster with names and limits of its own.
  NamespaceSpec What is wanted of a namespace.
   finalizers What must be done before it goes.
  NamespaceStatus What a namespace stands at.
   phase Active or Terminating.
  Event Something that happened to an object, kept for an hour.
   action What was done, or failed.
   count How often it happened.
   firstTimestamp When it first happened.
   involvedObject What it happened to.
   lastTimestamp When it last happened.
   message What a person should know about it.
   reason A word in CamelCase for programs.
   regarding What it happened to.
   note What a person should know about it.
   related Another object that has to do with it.
   reportingComponent Who tells of it.
   reportingController Who tells of it.
   reportingInstance Which instance tells of it.
   series How often it happened in a row.
   source Who tells of it.
   type Normal or Warning.
  LimitRange Bounds and defaults of what single objects of a namespace may take.
  LimitRangeItem Bounds for one type of object.
   default Limits of containers that have none.
   defaultRequest Requests of containers that have none.
   max The most.
   maxLimitRequestRatio How many times the request a limit may be.
   min The least.
   type Container, Pod or PersistentVolumeClaim.
  ResourceQuota What all objects of a namespace may take together.
  ResourceQuotaSpec What a quota allows.
   hard The most of each resource, such as requests.cpu, pods or count/jobs.batch.
   scopeSelector Which objects count, with operators.
   scopes Which objects count.
  ResourceQuotaStatus What a quota stands at.
   hard The most of each resource.
   used What is taken.
  PriorityClass A name for how important pods are.
   description When to use it.
   globalDefault Whether pods without a class get it.
   preemptionPolicy Whether its pods may push others out: PreemptLowerPriority or Never.
   value The priority; a higher number goes first.
  RuntimeClass A way to run containers.
   handler The runtime's name for it.
   overhead What a pod takes beside its containers.
   scheduling Where its pods can run.
  Lease Someone's claim to something for a while: a node's heartbeat, a leader's office.
  LeaseSpec What a lease says.
   acquireTime Since when it is held.
   holderIdentity Who holds it.
   leaseDurationSeconds How long it is good after the last renewal.
   leaseTransitions How often it changed hands.
   renewTime When it was last renewed.
  ComponentStatus Deprecated; see /livez and /readyz.
  Binding Places a pod on a node.
   target The node.
  CustomResourceDefinition Adds a kind of object to the API.
  CustomResourceDefinitionSpec What is added.
   conversion How objects of one version become those of another.
   group The API group.
   names The kind's names.
   preserveUnknownFields Deprecated; must be false.
   scope Namespaced or Cluster.
   versions The versions and their schemas.
  APIService A group and version of the API, and who serves it.
  """#
