import Foundations
package import Resources

/// What sets one kind apart from the generic way objects are written. Everything not said here is
/// the same for every kind.
package struct CollectionRules: Sendable {
  /// What `metadata.generation` counts; `nil` for kinds without.
  package var generation: GenerationRule?
  /// Writes to the main resource leave `status` as it was, and creates drop it.
  package var hasStatusSubresource = false
  /// The metadata that writes to `status` leave as it was. Where nothing is said, its writers may
  /// annotate.
  package var statusKeeps = KeptMetadata.members([])
  /// The same for the other subresources.
  package var otherPartsKeep = KeptMetadata.members([])
  /// A status that comes with a create is kept: node agents register with theirs.
  package var keepsStatusOnCreate = false
  /// The status of an object that has none yet; `nil` for kinds whose objects need not have one.
  package var emptyStatus: Document? = .emptyObject
  /// Nothing new is taken: the kind is on its way out.
  package var refusesCreates = false
  /// Fields that a selector may name beside those of every kind: `spec.color`.
  package var selectableFields: [String] = []
  /// Members that are there even when empty, since Go clients always send them and JSON patches
  /// reach into them.
  package var presentMembers: [String] = []
  /// An update names the version that it replaces: what several write at once is not overwritten
  /// by one that did not look.
  package var requiresVersion = false
  /// An object that comes without a name gets a random one.
  package var isNamedByServer = false
  /// PUT to a name that does not exist creates it.
  package var createsOnUpdate = false
  /// How long a delete waits for the object's own end where the caller does not say; `nil` where
  /// nothing of it runs, which no caller can prolong. Without this rule deletes are done at once.
  package var gracePeriod: (@Sendable (Document) -> Int?)?
  /// A delete that says nothing of the object's dependents leaves them where they are, as the first
  /// versions of the kind had it.
  package var orphansDependents = false
  /// What whoever deletes so is told; `nil` for nothing.
  package var orphansWarning: String?
  /// Last touches to an object about to be created, after defaults.
  package var onCreate: @Sendable (inout Document) -> Void = { _ in }
  /// Last touches to an object about to replace another.
  package var onUpdate: @Sendable (_ old: Document, _ new: inout Document) -> Void = { _, _ in }
  /// Last touches to an object that is replaced through its `status`.
  package var onStatusUpdate: @Sendable (_ old: Document, _ new: inout Document) -> Void = { _, _ in
  }
  /// What a delete changes on an object that stays until its finalizers are gone.
  package var onDeletionStart: @Sendable (inout Document) -> Void = { _ in }
  /// Whether anything beside `metadata.finalizers` still holds a deleted object.
  package var isHeld: @Sendable (Document) -> Bool = { _ in false }

  package init() {}

  func metadataKept(by subresource: String) -> KeptMetadata {
    subresource == "status" ? statusKeeps : otherPartsKeep
  }
}

extension CollectionRules {
  /// The rules of a built-in resource.
  package static func of(_ resource: ResourceType, subresources: some Sequence<String>) -> Self {
    var rules = CollectionRules()
    rules.hasStatusSubresource = subresources.contains("status")
    rules.statusKeeps = .byStatus(of: resource)
    rules.otherPartsKeep = .byOtherParts(of: resource)
    rules.generation = .of(resource)
    rules.createsOnUpdate = createdByUpdate.contains(resource.description)
    rules.requiresVersion = versionRequirers.contains(resource.description)
    if let status = firstStatus[resource.description] { rules.emptyStatus = status }
    switch resource.description {
    case "pods": rules.applyPodRules()
    case "namespaces": rules.applyNamespaceRules()
    case "customresourcedefinitions.apiextensions.k8s.io": rules.applyDefinitionRules()
    case "jobs.batch":
      rules.onCreate = Self.selectOwnPods
      rules.orphansDependents = true
      rules.orphansWarning = jobOrphansWarning
    case "replicationcontrollers": rules.orphansDependents = true
    case "nodes": rules.keepsStatusOnCreate = true
    case "limitranges": rules.isNamedByServer = true
    case "certificatesigningrequests.certificates.k8s.io":
      rules.onUpdate = { old, new in new["spec"] = old["spec"] }  // whatever is sent
    case "resourceslices.resource.k8s.io":
      rules.onCreate = Self.dateTaints
      rules.onUpdate = { _, slice in Self.dateTaints(&slice) }
    case "persistentvolumes":
      rules.onCreate = StatusPreparation.pendingVolume
      rules.onStatusUpdate = StatusPreparation.volume
    case "persistentvolumeclaims": rules.onCreate = { $0.set("Pending", at: ["status", "phase"]) }
    default: break
    }
    return rules
  }

  /// Source: upstream's words.
  private static let jobOrphansWarning =
    "child pods are preserved by default when jobs are deleted; set "
    + "propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress "
    + "this warning"

  private static let createdByUpdate: Set<String> = [
    "leases.coordination.k8s.io", "endpoints", "events", "events.events.k8s.io", "limitranges",
    "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io",
    "clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io",
  ]

  /// Source: upstream's strategies, `AllowUnconditionalUpdate`.
  private static let versionRequirers: Set<String> = [
    "apiservices.apiregistration.k8s.io", "clustertrustbundles.certificates.k8s.io",
    "csidrivers.storage.k8s.io", "csinodes.storage.k8s.io", "csistoragecapacities.storage.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io", "leasecandidates.coordination.k8s.io",
    "leases.coordination.k8s.io",
    "mutatingadmissionpolicies.admissionregistration.k8s.io",
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    "podcertificaterequests.certificates.k8s.io", "poddisruptionbudgets.policy",
    "runtimeclasses.node.k8s.io", "storageversionmigrations.storagemigration.k8s.io",
    "validatingadmissionpolicies.admissionregistration.k8s.io",
    "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    "validatingwebhookconfigurations.admissionregistration.k8s.io",
    "volumeattachments.storage.k8s.io",
  ]

  /// Members of a status that typed clients demand wherever there is a status at all.
  private static let firstStatus: [String: Document] = [
    "replicationcontrollers": ["replicas": 0],
    "replicasets.apps": ["replicas": 0],
    "statefulsets.apps": ["replicas": 0, "availableReplicas": 0],
    "daemonsets.apps": [
      "currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0,
      "numberReady": 0,
    ],
    "poddisruptionbudgets.policy": [
      "disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0,
    ],
    "horizontalpodautoscalers.autoscaling": ["desiredReplicas": 0],
    "volumeattachments.storage.k8s.io": ["attached": false],
  ]

  private mutating func applyPodRules() {
    onUpdate = { _, pod in Self.shortenNegativeGrace(of: &pod) }
    onStatusUpdate = StatusPreparation.pod
    onCreate = { pod in
      Self.shortenNegativeGrace(of: &pod)
      pod["status"] = [
        "phase": "Pending", "qosClass": Document(QualityOfService(podSpec: pod["spec"]).rawValue),
      ]
      Self.tellOfSchedulingGates(on: &pod)
    }
    gracePeriod = { pod in
      let phase = pod[path: "status", "phase"]?.string
      let isScheduled = pod[path: "spec", "nodeName"]?.string?.isEmpty == false
      if !isScheduled || phase == "Succeeded" || phase == "Failed" { return nil }
      return pod[path: "spec", "terminationGracePeriodSeconds"]?.integer ?? 30
    }
  }

  /// A pod with gates says from the start why it gets no node.
  /// Source: Kubernetes documentation, "Pod Scheduling Readiness".
  private static func tellOfSchedulingGates(on pod: inout Document) {
    guard pod[path: "spec", "schedulingGates"]?.isEmpty == false else { return }
    let condition: Document = [
      "type": "PodScheduled", "status": "False", "reason": "SchedulingGated",
      "message": "Scheduling is blocked due to non-empty scheduling gates",
      "lastTransitionTime": Document(Timestamp.now().description),
    ]
    pod.set([condition], at: ["status", "conditions"])
  }

  /// A taint of a device says since when it is there.
  /// Source: Kubernetes API reference, `resource.k8s.io/v1` `DeviceTaint`.
  private static func dateTaints(_ slice: inout Document) {
    let now = Document(Timestamp.now().description)
    slice.edit("spec") { spec in
      spec.edit("devices") { devices in
        devices.editElements { device in
          device.edit("taints") { taints in
            taints.editElements { taint in
              if taint["timeAdded"] == nil { taint["timeAdded"] = now }
            }
          }
        }
      }
    }
  }

  /// A grace below zero once meant "at once", and is taken for the shortest there is.
  private static func shortenNegativeGrace(of pod: inout Document) {
    let path = ["spec", "terminationGracePeriodSeconds"]
    if let grace = pod[path: "spec", "terminationGracePeriodSeconds"]?.integer, grace < 0 {
      pod.set(1, at: path)
    }
  }

  /// A Job selects its pods by its own UID, unless it brings a selector of its own. Labels and
  /// selectors that stand there already stay, for validation to look at.
  /// Source: batch/v1 JobSpec, `manualSelector`; upstream's `generateSelector`.
  private static func selectOwnPods(_ job: inout Document) {
    if job[path: "spec", "manualSelector"]?.bool == true { return }
    let uid = job[path: "metadata", "uid"] ?? ""
    let name = job[path: "metadata", "name"] ?? ""
    let labels = ["spec", "template", "metadata", "labels"]
    let isLabelled = job.value(at: labels)?.isEmpty == false
    func setDefault(_ value: Document, at place: [String]) {
      if job.value(at: place) == nil { job.set(value, at: place) }
    }
    for prefix in ["", "batch.kubernetes.io/"] {
      setDefault(uid, at: labels + [prefix + "controller-uid"])
      setDefault(name, at: labels + [prefix + "job-name"])
    }
    setDefault(
      uid, at: ["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"])
    // A Job without labels is found by those of its pods, if it gave them any.
    if isLabelled, job[path: "metadata", "labels"]?.isEmpty ?? true {
      job.set(job.value(at: labels), at: ["metadata", "labels"])
    }
  }

  private mutating func applyDefinitionRules() {
    onCreate = { definition in
      definition["status"] = [
        "acceptedNames": ["plural": "", "kind": ""], "conditions": [], "storedVersions": [],
      ]
      CustomDefinition.noteStorageVersion(of: &definition)
    }
    onUpdate = { _, definition in CustomDefinition.noteStorageVersion(of: &definition) }
    // Whoever deletes it deletes its instances first.
    isHeld = { $0[path: "metadata", "deletionTimestamp"] == nil }
    onDeletionStart = { CustomDefinition.startDeletion(of: &$0, now: Timestamp.now().description) }
  }

  private mutating func applyNamespaceRules() {
    onCreate = { namespace in
      namespace["status"] = ["phase": "Active"]
      let finalizers = namespace[path: "spec", "finalizers"]?.elements.compactMap(\.string) ?? []
      if !finalizers.contains("kubernetes") {
        namespace.set(
          Document((finalizers + ["kubernetes"]).map { Document($0) }), at: ["spec", "finalizers"])
      }
      // Selectors by name work on every namespace through this label.
      if let name = namespace[path: "metadata", "name"] {
        namespace.set(name, at: ["metadata", "labels", "kubernetes.io/metadata.name"])
      }
    }
    onUpdate = { old, new in
      // Finalizers of the spec change only through `finalize`.
      new.set(old[path: "spec", "finalizers"], at: ["spec", "finalizers"])
      if let name = new[path: "metadata", "name"] {
        new.set(name, at: ["metadata", "labels", "kubernetes.io/metadata.name"])
      }
    }
    onDeletionStart = { $0.set("Terminating", at: ["status", "phase"]) }
    isHeld = { $0[path: "spec", "finalizers"]?.isEmpty == false }
  }
}
