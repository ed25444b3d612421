/// Which collection of the API an object belongs to: `pods`, `deployments.apps`.
package struct ResourceType: Hashable, Sendable, CustomStringConvertible {
  /// API group; empty for the core group.
  package let group: String
  package let version: String
  /// Lower-case plural, as in the URL: `pods`.
  package let plural: String
  package let kind: String
  package let isNamespaced: Bool

  package init(
    group: String = "", version: String = "v1", plural: String, kind: String,
    isNamespaced: Bool = true
  ) {
    self.group = group
    self.version = version
    self.plural = plural
    self.kind = kind
    self.isNamespaced = isNamespaced
  }

  /// `v1` or `apps/v1`, as objects spell it.
  package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// `pods` or `deployments.apps`, as messages spell it.
  package var description: String { group.isEmpty ? plural : "\(plural).\(group)" }

  /// The URL path of the collection: `/apis/apps/v1/namespaces/default/deployments`.
  package func path(namespace: String?) -> String {
    let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    guard isNamespaced, let namespace else { return "\(root)/\(plural)" }
    return "\(root)/namespaces/\(namespace)/\(plural)"
  }
}

/// The kinds that our own code reads or writes.
extension ResourceType {
  package static let pods = ResourceType(plural: "pods", kind: "Pod")
  package static let nodes = ResourceType(plural: "nodes", kind: "Node", isNamespaced: false)
  package static let namespaces = ResourceType(
    plural: "namespaces", kind: "Namespace", isNamespaced: false)
  package static let services = ResourceType(plural: "services", kind: "Service")
  package static let endpoints = ResourceType(plural: "endpoints", kind: "Endpoints")
  package static let configMaps = ResourceType(plural: "configmaps", kind: "ConfigMap")
  package static let secrets = ResourceType(plural: "secrets", kind: "Secret")
  package static let serviceAccounts = ResourceType(
    plural: "serviceaccounts", kind: "ServiceAccount")
  package static let events = ResourceType(plural: "events", kind: "Event")
  package static let replicationControllers = ResourceType(
    plural: "replicationcontrollers", kind: "ReplicationController")
  package static let persistentVolumes = ResourceType(
    plural: "persistentvolumes", kind: "PersistentVolume", isNamespaced: false)
  package static let persistentVolumeClaims = ResourceType(
    plural: "persistentvolumeclaims", kind: "PersistentVolumeClaim")
  package static let ingresses = ResourceType(
    group: "networking.k8s.io", plural: "ingresses", kind: "Ingress")
  package static let ingressClasses = ResourceType(
    group: "networking.k8s.io", plural: "ingressclasses", kind: "IngressClass",
    isNamespaced: false)
  package static let deployments = ResourceType(
    group: "apps", plural: "deployments", kind: "Deployment")
  package static let replicaSets = ResourceType(
    group: "apps", plural: "replicasets", kind: "ReplicaSet")
  package static let statefulSets = ResourceType(
    group: "apps", plural: "statefulsets", kind: "StatefulSet")
  package static let daemonSets = ResourceType(
    group: "apps", plural: "daemonsets", kind: "DaemonSet")
  package static let controllerRevisions = ResourceType(
    group: "apps", plural: "controllerrevisions", kind: "ControllerRevision")
  package static let jobs = ResourceType(group: "batch", plural: "jobs", kind: "Job")
  package static let cronJobs = ResourceType(group: "batch", plural: "cronjobs", kind: "CronJob")
  package static let leases = ResourceType(
    group: "coordination.k8s.io", plural: "leases", kind: "Lease")
  package static let endpointSlices = ResourceType(
    group: "discovery.k8s.io", plural: "endpointslices", kind: "EndpointSlice")
  package static let priorityClasses = ResourceType(
    group: "scheduling.k8s.io", plural: "priorityclasses", kind: "PriorityClass",
    isNamespaced: false)
  package static let storageClasses = ResourceType(
    group: "storage.k8s.io", plural: "storageclasses", kind: "StorageClass", isNamespaced: false)
  package static let runtimeClasses = ResourceType(
    group: "node.k8s.io", plural: "runtimeclasses", kind: "RuntimeClass", isNamespaced: false)
  package static let podDisruptionBudgets = ResourceType(
    group: "policy", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget")
  package static let certificateSigningRequests = ResourceType(
    group: "certificates.k8s.io", plural: "certificatesigningrequests",
    kind: "CertificateSigningRequest", isNamespaced: false)
  package static let apiServices = ResourceType(
    group: "apiregistration.k8s.io", plural: "apiservices", kind: "APIService",
    isNamespaced: false)
  package static let subjectAccessReviews = ResourceType(
    group: "authorization.k8s.io", plural: "subjectaccessreviews", kind: "SubjectAccessReview",
    isNamespaced: false)
  package static let horizontalPodAutoscalers = ResourceType(
    group: "autoscaling", version: "v2", plural: "horizontalpodautoscalers",
    kind: "HorizontalPodAutoscaler")
  /// What nodes and pods use: answered, never stored.
  package static let nodeUsage = ResourceType(
    group: "metrics.k8s.io", version: "v1beta1", plural: "nodes", kind: "NodeMetrics",
    isNamespaced: false)
  package static let podUsage = ResourceType(
    group: "metrics.k8s.io", version: "v1beta1", plural: "pods", kind: "PodMetrics")
  package static let customResourceDefinitions = ResourceType(
    group: "apiextensions.k8s.io", plural: "customresourcedefinitions",
    kind: "CustomResourceDefinition", isNamespaced: false)
  package static let serviceCIDRs = ResourceType(
    group: "networking.k8s.io", plural: "servicecidrs", kind: "ServiceCIDR", isNamespaced: false)
  package static let roles = ResourceType(
    group: "rbac.authorization.k8s.io", plural: "roles", kind: "Role")
  package static let roleBindings = ResourceType(
    group: "rbac.authorization.k8s.io", plural: "rolebindings", kind: "RoleBinding")
  package static let clusterRoles = ResourceType(
    group: "rbac.authorization.k8s.io", plural: "clusterroles", kind: "ClusterRole",
    isNamespaced: false)
  package static let clusterRoleBindings = ResourceType(
    group: "rbac.authorization.k8s.io", plural: "clusterrolebindings", kind: "ClusterRoleBinding",
    isNamespaced: false)
  package static let volumeAttachments = ResourceType(
    group: "storage.k8s.io", plural: "volumeattachments", kind: "VolumeAttachment",
    isNamespaced: false)
  package static let storageNodes = ResourceType(
    group: "storage.k8s.io", plural: "csinodes", kind: "CSINode", isNamespaced: false)
  package static let resourceSlices = ResourceType(
    group: "resource.k8s.io", plural: "resourceslices", kind: "ResourceSlice", isNamespaced: false)
  package static let podCertificateRequests = ResourceType(
    group: "certificates.k8s.io", version: "v1beta1", plural: "podcertificaterequests",
    kind: "PodCertificateRequest")
  package static let flowSchemas = ResourceType(
    group: "flowcontrol.apiserver.k8s.io", plural: "flowschemas", kind: "FlowSchema",
    isNamespaced: false)
  package static let priorityLevelConfigurations = ResourceType(
    group: "flowcontrol.apiserver.k8s.io", plural: "prioritylevelconfigurations",
    kind: "PriorityLevelConfiguration", isNamespaced: false)
}
