/// What a schema demands of the content of its types: members that must be there, and texts out of a
/// closed set. Compiled once, so that a check visits only what has rules.
struct StructuralRules: Sendable {
  struct TypeRules: Sendable {
    /// A bit for each of the first 64 fields that has to be there.
    var required: UInt64 = 0
    /// A bit for each of the first 64 fields below which something is to be checked.
    var checked: UInt64 = 0
    /// A bit for each closed set of values to which nothing does not belong, though it is no absence.
    var filled: UInt64 = 0
    /// A bit for each field that is never absent: where nothing is said its content is empty, and that
    /// is what is checked.
    var held: UInt64 = 0
  }

  /// Parallel to `Schema.definitions`.
  private(set) var types: [TypeRules]

  static let builtin = StructuralRules(.builtin)

  /// Members that the published description calls required, and that a server takes without: their
  /// zero is a good value, or nobody ever looked; and those of flow control, whose own rules ask for
  /// them in more words.
  private static let unenforced: Set<String> = [
    "ISCSIVolumeSource.lun", "ISCSIPersistentVolumeSource.lun", "HTTPHeader.value", "Sysctl.value",
    "ControllerRevision.revision", "TokenRequest.audience", "Event.eventTime", "Event.metadata",
    "Event.involvedObject", "LimitRangeSpec.limits", "CSINodeSpec.drivers",
    "PodFailurePolicy.rules",
    "PodFailurePolicyRule.action",
    "ScopedResourceSelectorRequirement.operator", "PodFailurePolicyOnPodConditionsPattern.status",
    "PodFailurePolicyOnExitCodesRequirement.operator", "NodeSelectorRequirement.operator",
    "ClusterTrustBundleProjection.path", "PreferredSchedulingTerm.weight", "Taint.key",
    "Taint.effect", "LabelSelectorRequirement.key", "LabelSelectorRequirement.operator",
    "WeightedPodAffinityTerm.weight", "IngressClassParametersReference.kind", "ForZone.name",
    "ForNode.name", "TypedLocalObjectReference.kind", "TypedLocalObjectReference.name",
    "IngressServiceBackend.name", "EndpointPort.name", "CSIPersistentVolumeSource.driver",
    "TokenReviewSpec.token",
    "ExpressionWarning.warning", "PreferredSchedulingTerm.preference",
    "WeightedPodAffinityTerm.podAffinityTerm", "Binding.target", "HTTPGetAction.port",
    "TCPSocketAction.port", "ServicePort.port", "EndpointPort.port", "GRPCAction.port",
    "SleepAction.seconds", "SeccompProfile.type", "AppArmorProfile.type", "WatchEvent.object",
    "PolicyRulesWithSubjects.subjects", "ResourcePolicyRule.verbs", "ResourcePolicyRule.apiGroups",
    "ResourcePolicyRule.resources", "NonResourcePolicyRule.verbs", "LimitResponse.type",
    "NonResourcePolicyRule.nonResourceURLs", "PriorityLevelConfigurationReference.name",
    "PriorityLevelConfigurationSpec.type", "FlowDistinguisherMethod.type",
    "ServiceAccountSubject.namespace", "HostAlias.ip", "PodReadinessGate.conditionType",
    "TopologySpreadConstraint.maxSkew", "TopologySpreadConstraint.whenUnsatisfiable",
    "NodeSelectorRequirement.key", "ContainerResizePolicy.resourceName",
    "ContainerResizePolicy.restartPolicy", "HTTPHeader.name", "DownwardAPIVolumeFile.path",
    "ResourceFieldSelector.resource", "ServiceAccountTokenProjection.path",
    "ObjectFieldSelector.fieldPath",
    "LimitRangeItem.type", "ScopedResourceSelectorRequirement.scopeName", "EndpointAddress.ip",
    "PodFailurePolicyOnExitCodesRequirement.values", "PodFailurePolicyOnPodConditionsPattern.type",
    "TopologySelectorLabelRequirement.key", "VolumeAttachmentSpec.nodeName",
    "HTTPIngressPath.backend", "HTTPIngressPath.pathType", "DaemonSetSpec.selector",
    "IngressClassParametersReference.scope", "ScaleIOVolumeSource.secretRef",
    "ScaleIOPersistentVolumeSource.secretRef", "CSIStorageCapacity.storageClassName",
    "ContainerRestartRule.action", "ContainerRestartRuleOnExitCodes.operator", "ResourceClaim.name",
    "GCEPersistentDiskVolumeSource.pdName", "RoleRef.kind", "Subject.kind",
    "APIServiceSpec.groupPriorityMinimum", "APIServiceSpec.versionPriority",
    "MutatingWebhook.sideEffects", "ValidatingWebhook.sideEffects",
    "PodSchedulingGate.name",
  ]

  /// Closed sets of values that a kind's own rules see to, in other words or at another place.
  private static let ownChoices: Set<String> = [
    "ScopedResourceSelectorRequirement.scopeName", "ScopedResourceSelectorRequirement.operator",
    "ResourceQuotaSpec.scopes", "VolumeMount.mountPropagation", "PriorityClass.preemptionPolicy",
    "PodFailurePolicyRule.action", "PodFailurePolicyOnExitCodesRequirement.operator",
    "JobSpec.completionMode", "JobSpec.podReplacementPolicy", "NetworkPolicyPort.protocol",
    "NetworkPolicySpec.policyTypes", "HTTPIngressPath.pathType",
    "IngressClassParametersReference.scope", "ServiceSpec.internalTrafficPolicy",
    "ServiceSpec.ipFamilies", "ServiceSpec.ipFamilyPolicy", "CSIDriverSpec.volumeLifecycleModes",
    "CSIDriverSpec.fsGroupPolicy", "EndpointPort.protocol", "LimitRangeItem.type", "Taint.effect",
    "NodeSelectorRequirement.operator", "DeploymentStrategy.type",
    "DaemonSetUpdateStrategy.type", "StatefulSetUpdateStrategy.type",
    "StatefulSetSpec.podManagementPolicy", "PersistentVolumeSpec.volumeMode",
    "PodSpec.preemptionPolicy",
  ]

  /// Packages of the API whose kinds' own rules say all of this, at upstream's places.
  private static let ownRules = [
    "io.k8s.api.resource.", "io.k8s.api.autoscaling.v2.",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.",
  ]

  /// Of which an empty value is one.
  private static let openChoices: Set<String> = ["HostPathVolumeSource.type"]

  /// Objects that have to be there as such. All others that the description calls required are parts
  /// of the object that holds them, so that only their content can be missing.
  private static let separate: Set<String> = [
    "DeploymentSpec.selector", "ReplicaSetSpec.selector", "StatefulSetSpec.selector",
    "DaemonSetSpec.selector", "IPAddressSpec.parentRef", "ScaleIOVolumeSource.secretRef",
    "ScaleIOPersistentVolumeSource.secretRef",
  ]

  /// Parts of the object that holds them, though the description calls them optional.
  private static let parts: Set<String> = [
    "Pod.spec", "PodTemplate.template", "PodTemplateSpec.spec", "Deployment.spec",
    "DeploymentSpec.template", "DaemonSet.spec", "ReplicaSet.spec", "ReplicaSetSpec.template",
    "StatefulSet.spec", "ReplicationController.spec", "Job.spec", "CronJob.spec",
    "JobTemplateSpec.spec", "Service.spec", "PersistentVolume.spec", "PersistentVolumeClaim.spec",
  ]

  init(_ schema: Schema) {
    types = Array(repeating: TypeRules(), count: schema.definitions.count)
    var users: [Int: [(type: Int, bit: UInt64)]] = [:]
    for (index, definition) in schema.definitions.enumerated() {
      let name = definition.name.split(separator: ".").last ?? ""
      // The status is the server's own business.
      if name.hasSuffix("Status") || name.hasSuffix("List") { continue }
      let hasOwnRules = Self.ownRules.contains { definition.name.hasPrefix($0) }
      for (ordinal, position) in definition.fields.enumerated().prefix(64) {
        let field = schema.fields[position]
        let bit: UInt64 = 1 << UInt64(ordinal)
        let place = "\(name).\(field.name)"
        if Self.isPart(field, at: place), !hasOwnRules {
          types[index].held |= bit
        } else if field.isRequired, !hasOwnRules, !Self.unenforced.contains(place) {
          types[index].required |= bit
        }
        if !field.allowedValues.isEmpty, !hasOwnRules, !Self.ownChoices.contains(place) {
          types[index].checked |= bit
          if field.traits.contains(.keepsZero), !Self.openChoices.contains(place) {
            types[index].filled |= bit
          }
        }
        if let inner = schema.objectType(of: field.type) {
          users[Int(inner.id.rawValue), default: []].append((index, bit))
        }
      }
    }
    markUsers(&users)
  }

  private static func isPart(_ field: SchemaField, at place: String) -> Bool {
    guard case .object = field.type else { return false }
    return field.isRequired ? !separate.contains(place) : parts.contains(place)
  }

  /// A type with rules makes the fields that hold it worth a visit, and so on outwards.
  private mutating func markUsers(_ users: inout [Int: [(type: Int, bit: UInt64)]]) {
    var waiting = types.indices.filter { types[$0].required | types[$0].checked != 0 }
    while let inner = waiting.popLast() {
      for user in users.removeValue(forKey: inner) ?? [] {
        types[user.type].checked |= user.bit
        waiting.append(user.type)
      }
    }
  }
}
