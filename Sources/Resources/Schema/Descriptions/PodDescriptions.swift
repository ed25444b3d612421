/// Of pods as wholes.
let podDescriptions: StaticString = #"""
  Pod Containers that are placed on one node together and share its network address and volumes. The smallest thing that is scheduled.
  PodSpec What a pod is to be. Most of it cannot change once the pod is there.
   activeDeadlineSeconds How many seconds after its start the pod may run before it is failed and ended.
   affinity Wishes and requirements about the nodes and the other pods beside it.
   automountServiceAccountToken Whether the service account's token is mounted into the containers.
   containers The pod's containers; at least one. None can be added or removed later.
   dnsConfig Name servers, search domains and options, beside those of dnsPolicy.
   dnsPolicy Where containers look names up: ClusterFirst asks the cluster's DNS, Default the node's servers, ClusterFirstWithHostNet is for pods on the host's network, None takes dnsConfig alone.
   enableServiceLinks Whether environment variables tell of the namespace's Services.
   ephemeralContainers Containers that were added to the running pod for debugging, with kubectl debug.
   hostAliases Further lines for the pod's /etc/hosts.
   hostIPC Use the node's inter-process communication.
   hostNetwork Use the node's network. Ports of containers are then ports of the node.
   hostPID See the node's processes.
   hostUsers Whether the pod runs in the node's user namespace; false gives it one of its own.
   hostname The pod's host name; else its name.
   imagePullSecrets Secrets in the same namespace with credentials for image registries.
   initContainers Containers that run one after the other, each to its end, before the others start. Those with restartPolicy Always run on beside them.
   nodeName The node that the pod is on. Set by the scheduler; a pod that is made with it is not scheduled.
   nodeSelector Labels that the node must have.
   os The operating system that the containers are for.
   overhead What the pod takes beside its containers, by its runtime class. Set by the server.
   preemptionPolicy Whether pods of lower priority may be ended to make room: PreemptLowerPriority or Never.
   priority How important the pod is; a higher number goes first. Set from priorityClassName.
   priorityClassName The PriorityClass that gives the pod its priority.
   readinessGates Further conditions that must hold before the pod counts as ready.
   resourceClaims Claims on devices that containers refer to.
   resources What all containers of the pod need together.
   restartPolicy When ended containers are started again: Always, OnFailure or Never.
   runtimeClassName The RuntimeClass to run the pod with.
   schedulerName Who places the pod on a node; default-scheduler where empty.
   schedulingGates The pod is not placed before these are removed.
   securityContext Users, groups and kernel settings of all containers. A container's own go before.
   serviceAccount Deprecated name of serviceAccountName.
   serviceAccountName The service account that the pod acts as.
   setHostnameAsFQDN Make the pod's full domain name its host name.
   shareProcessNamespace Let the containers see each other's processes.
   subdomain Gives the pod the name HOSTNAME.SUBDOMAIN.NAMESPACE.svc.DOMAIN, with a headless Service of that name.
   terminationGracePeriodSeconds How many seconds the containers have to end after they are told to, 30 where not set. After that they are killed.
   tolerations Taints of nodes that the pod puts up with.
   topologySpreadConstraints How evenly the pod and its like are to be spread over nodes, zones or other domains.
   volumes What containers can mount.
  PodStatus What a pod was last seen doing. Written by its node's agent.
   containerStatuses What each container does.
   ephemeralContainerStatuses What each ephemeral container does.
   hostIP The address of its node.
   hostIPs The addresses of its node.
   initContainerStatuses What each init container does.
   message Why the pod is as it is, for people.
   nominatedNodeName The node where room is being made for it.
   phase Pending, Running, Succeeded, Failed or Unknown.
   podIP The pod's address; empty until it has one.
   podIPs All addresses of the pod, one for each family.
   qosClass How safe the pod is when a node runs short, by its requests and limits: Guaranteed, Burstable or BestEffort.
   reason Why the pod is as it is, in a word.
   startTime When the node's agent took the pod up.
  PodTemplateSpec The pods that a controller makes.
  PodTemplate A template for pods, stored by itself.
   template The pods that are made from it.
  Affinity Wishes and requirements about where a pod is placed.
   nodeAffinity About the nodes.
   podAffinity Near which pods.
   podAntiAffinity Away from which pods.
  NodeAffinity Wishes and requirements about nodes.
   preferredDuringSchedulingIgnoredDuringExecution Nodes that are better than others, with a weight each.
   requiredDuringSchedulingIgnoredDuringExecution What a node must have for the pod to be placed there.
  PodAffinity Wishes and requirements about pods to be near.
   preferredDuringSchedulingIgnoredDuringExecution Pods to be near if possible, with a weight each.
   requiredDuringSchedulingIgnoredDuringExecution Pods that must run in the same domain.
  PodAntiAffinity Wishes and requirements about pods to keep away from.
   preferredDuringSchedulingIgnoredDuringExecution Pods to keep away from if possible, with a weight each.
   requiredDuringSchedulingIgnoredDuringExecution Pods that must not run in the same domain.
  PodAffinityTerm Which pods, and what counts as the same place.
   labelSelector The pods, by their labels.
   namespaceSelector The namespaces to look in, by their labels.
   namespaces The namespaces to look in; the pod's own where none is given.
   topologyKey The node label whose equal values make one place, such as kubernetes.io/hostname.
  NodeSelector Terms of which one must hold.
   nodeSelectorTerms The terms.
  NodeSelectorTerm Requirements for one node, which must all hold.
   matchExpressions About the node's labels.
   matchFields About its fields; metadata.name is the one there is.
  NodeSelectorRequirement A requirement for one label or field of a node.
   key The label or field.
   operator In, NotIn, Exists, DoesNotExist, Gt or Lt.
   values What to compare with.
  Toleration A taint that a pod puts up with.
   effect The taint's effect: NoSchedule, PreferNoSchedule or NoExecute; empty for all.
   key The taint's key; empty with operator Exists for all.
   operator Exists or Equal.
   tolerationSeconds How long a NoExecute taint is put up with; for ever where not set.
   value What Equal compares with.
  TopologySpreadConstraint How evenly pods are to be spread over domains.
   labelSelector The pods that are counted.
   matchLabelKeys Labels whose values on the new pod narrow down which pods are counted.
   maxSkew How many more pods one domain may have than the emptiest.
   minDomains How many domains there should be at least.
   nodeAffinityPolicy Whether only nodes that the pod's selectors allow are looked at: Honor or Ignore.
   nodeTaintsPolicy Whether tainted nodes are left out: Honor or Ignore.
   topologyKey The node label whose equal values make one domain.
   whenUnsatisfiable DoNotSchedule lets the pod wait, ScheduleAnyway only prefers even places.
  PodSecurityContext Security settings of all containers in a pod.
   appArmorProfile The AppArmor profile of the containers.
   fsGroup A group that owns the pod's volumes and that each container's process belongs to.
   fsGroupChangePolicy When the ownership of a volume is set: OnRootMismatch or Always.
   runAsGroup The group that processes start with.
   runAsNonRoot Refuse to start a container as root.
   runAsUser The user that processes start with.
   seLinuxOptions The SELinux context of the containers.
   seccompProfile Which system calls the containers may use.
   supplementalGroups Further groups of the containers' processes.
   supplementalGroupsPolicy Whether groups of the image's /etc/group count too: Merge or Strict.
   sysctls Kernel settings of the pod's namespaces.
  PodDNSConfig How containers look names up.
   nameservers Addresses of name servers.
   options Options of the resolver.
   searches Domains in which short names are looked up.
  HostAlias A line of /etc/hosts.
   hostnames The names.
   ip The address.
  PodReadinessGate A condition that must hold for the pod to be ready.
   conditionType The condition's type.
  PodSchedulingGate Something that must be done before the pod is placed.
   name The gate's name.
  PodCondition One observation about a pod's state.
   lastProbeTime When it was last looked at.
   lastTransitionTime When the status last changed.
   message Why, for people.
   reason Why, in a word.
   status True, False or Unknown.
   type PodScheduled, Initialized, ContainersReady, Ready or another.
  """#
