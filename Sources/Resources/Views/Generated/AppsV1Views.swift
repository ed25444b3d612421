// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package import Foundations

package struct ControllerRevision: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var data: Document? { get { self["data"] } set { self["data"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var revision: Int { get { self["revision"] ?? 0 } set { self["revision"] = newValue as Int? } }
}

package struct DaemonSet: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: DaemonSetSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: DaemonSetStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct DaemonSetCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct DaemonSetSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var minReadySeconds: Int? { get { self["minReadySeconds"] } set { self["minReadySeconds"] = newValue } }
  package var revisionHistoryLimit: Int? { get { self["revisionHistoryLimit"] } set { self["revisionHistoryLimit"] = newValue } }
  package var selector: LabelSelectorView { get { self[view: "selector"] } set { self[view: "selector"] = newValue } _modify { yield &self[view: "selector"] } }
  package var template: PodTemplateSpec { get { self[view: "template"] } set { self[view: "template"] = newValue } _modify { yield &self[view: "template"] } }
  package var updateStrategy: DaemonSetUpdateStrategy? { get { self["updateStrategy"] } set { self["updateStrategy"] = newValue } }
}

package struct DaemonSetStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var collisionCount: Int? { get { self["collisionCount"] } set { self["collisionCount"] = newValue } }
  package var conditions: [DaemonSetCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var currentNumberScheduled: Int { get { self["currentNumberScheduled"] ?? 0 } set { self["currentNumberScheduled"] = newValue as Int? } }
  package var desiredNumberScheduled: Int { get { self["desiredNumberScheduled"] ?? 0 } set { self["desiredNumberScheduled"] = newValue as Int? } }
  package var numberAvailable: Int? { get { self["numberAvailable"] } set { self["numberAvailable"] = newValue } }
  package var numberMisscheduled: Int { get { self["numberMisscheduled"] ?? 0 } set { self["numberMisscheduled"] = newValue as Int? } }
  package var numberReady: Int { get { self["numberReady"] ?? 0 } set { self["numberReady"] = newValue as Int? } }
  package var numberUnavailable: Int? { get { self["numberUnavailable"] } set { self["numberUnavailable"] = newValue } }
  package var observedGeneration: Int? { get { self["observedGeneration"] } set { self["observedGeneration"] = newValue } }
  package var updatedNumberScheduled: Int? { get { self["updatedNumberScheduled"] } set { self["updatedNumberScheduled"] = newValue } }
}

package struct DaemonSetUpdateStrategy: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var rollingUpdate: RollingUpdateDaemonSet? { get { self["rollingUpdate"] } set { self["rollingUpdate"] = newValue } }
  package var type: String? { get { self["type"] } set { self["type"] = newValue } }
}

package struct Deployment: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: DeploymentSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: DeploymentStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct DeploymentCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var lastUpdateTime: Timestamp? { get { self["lastUpdateTime"] } set { self["lastUpdateTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct DeploymentSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var minReadySeconds: Int? { get { self["minReadySeconds"] } set { self["minReadySeconds"] = newValue } }
  package var paused: Bool? { get { self["paused"] } set { self["paused"] = newValue } }
  package var progressDeadlineSeconds: Int? { get { self["progressDeadlineSeconds"] } set { self["progressDeadlineSeconds"] = newValue } }
  package var replicas: Int? { get { self["replicas"] } set { self["replicas"] = newValue } }
  package var revisionHistoryLimit: Int? { get { self["revisionHistoryLimit"] } set { self["revisionHistoryLimit"] = newValue } }
  package var selector: LabelSelectorView { get { self[view: "selector"] } set { self[view: "selector"] = newValue } _modify { yield &self[view: "selector"] } }
  package var strategy: DeploymentStrategy? { get { self["strategy"] } set { self["strategy"] = newValue } }
  package var template: PodTemplateSpec { get { self[view: "template"] } set { self[view: "template"] = newValue } _modify { yield &self[view: "template"] } }
}

package struct DeploymentStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var availableReplicas: Int? { get { self["availableReplicas"] } set { self["availableReplicas"] = newValue } }
  package var collisionCount: Int? { get { self["collisionCount"] } set { self["collisionCount"] = newValue } }
  package var conditions: [DeploymentCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var observedGeneration: Int? { get { self["observedGeneration"] } set { self["observedGeneration"] = newValue } }
  package var readyReplicas: Int? { get { self["readyReplicas"] } set { self["readyReplicas"] = newValue } }
  package var replicas: Int? { get { self["replicas"] } set { self["replicas"] = newValue } }
  package var terminatingReplicas: Int? { get { self["terminatingReplicas"] } set { self["terminatingReplicas"] = newValue } }
  package var unavailableReplicas: Int? { get { self["unavailableReplicas"] } set { self["unavailableReplicas"] = newValue } }
  package var updatedReplicas: Int? { get { self["updatedReplicas"] } set { self["updatedReplicas"] = newValue } }
}

package struct DeploymentStrategy: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var rollingUpdate: RollingUpdateDeployment? { get { self["rollingUpdate"] } set { self["rollingUpdate"] = newValue } }
  package var type: String? { get { self["type"] } set { self["type"] = newValue } }
}

package struct ReplicaSet: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: ReplicaSetSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: ReplicaSetStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct ReplicaSetCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct ReplicaSetSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var minReadySeconds: Int? { get { self["minReadySeconds"] } set { self["minReadySeconds"] = newValue } }
  package var replicas: Int? { get { self["replicas"] } set { self["replicas"] = newValue } }
  package var selector: LabelSelectorView { get { self[view: "selector"] } set { self[view: "selector"] = newValue } _modify { yield &self[view: "selector"] } }
  package var template: PodTemplateSpec { get { self[view: "template"] } set { self[view: "template"] = newValue } _modify { yield &self[view: "template"] } }
}

package struct ReplicaSetStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var availableReplicas: Int? { get { self["availableReplicas"] } set { self["availableReplicas"] = newValue } }
  package var conditions: [ReplicaSetCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var fullyLabeledReplicas: Int? { get { self["fullyLabeledReplicas"] } set { self["fullyLabeledReplicas"] = newValue } }
  package var observedGeneration: Int? { get { self["observedGeneration"] } set { self["observedGeneration"] = newValue } }
  package var readyReplicas: Int? { get { self["readyReplicas"] } set { self["readyReplicas"] = newValue } }
  package var replicas: Int { get { self["replicas"] ?? 0 } set { self["replicas"] = newValue as Int? } }
  package var terminatingReplicas: Int? { get { self["terminatingReplicas"] } set { self["terminatingReplicas"] = newValue } }
}

package struct RollingUpdateDaemonSet: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var maxSurge: IntOrString? { get { self["maxSurge"] } set { self["maxSurge"] = newValue } }
  package var maxUnavailable: IntOrString? { get { self["maxUnavailable"] } set { self["maxUnavailable"] = newValue } }
}

package struct RollingUpdateDeployment: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var maxSurge: IntOrString? { get { self["maxSurge"] } set { self["maxSurge"] = newValue } }
  package var maxUnavailable: IntOrString? { get { self["maxUnavailable"] } set { self["maxUnavailable"] = newValue } }
}

package struct RollingUpdateStatefulSetStrategy: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var maxUnavailable: IntOrString? { get { self["maxUnavailable"] } set { self["maxUnavailable"] = newValue } }
  package var partition: Int? { get { self["partition"] } set { self["partition"] = newValue } }
}

package struct StatefulSet: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: StatefulSetSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: StatefulSetStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct StatefulSetCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct StatefulSetOrdinals: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var start: Int? { get { self["start"] } set { self["start"] = newValue } }
}

package struct StatefulSetPersistentVolumeClaimRetentionPolicy: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var whenDeleted: String? { get { self["whenDeleted"] } set { self["whenDeleted"] = newValue } }
  package var whenScaled: String? { get { self["whenScaled"] } set { self["whenScaled"] = newValue } }
}

package struct StatefulSetSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var minReadySeconds: Int? { get { self["minReadySeconds"] } set { self["minReadySeconds"] = newValue } }
  package var ordinals: StatefulSetOrdinals? { get { self["ordinals"] } set { self["ordinals"] = newValue } }
  package var persistentVolumeClaimRetentionPolicy: StatefulSetPersistentVolumeClaimRetentionPolicy? { get { self["persistentVolumeClaimRetentionPolicy"] } set { self["persistentVolumeClaimRetentionPolicy"] = newValue } }
  package var podManagementPolicy: String? { get { self["podManagementPolicy"] } set { self["podManagementPolicy"] = newValue } }
  package var replicas: Int? { get { self["replicas"] } set { self["replicas"] = newValue } }
  package var revisionHistoryLimit: Int? { get { self["revisionHistoryLimit"] } set { self["revisionHistoryLimit"] = newValue } }
  package var selector: LabelSelectorView { get { self[view: "selector"] } set { self[view: "selector"] = newValue } _modify { yield &self[view: "selector"] } }
  package var serviceName: String? { get { self["serviceName"] } set { self["serviceName"] = newValue } }
  package var template: PodTemplateSpec { get { self[view: "template"] } set { self[view: "template"] = newValue } _modify { yield &self[view: "template"] } }
  package var updateStrategy: StatefulSetUpdateStrategy? { get { self["updateStrategy"] } set { self["updateStrategy"] = newValue } }
  package var volumeClaimTemplates: [PersistentVolumeClaim] { get { self["volumeClaimTemplates", default: []] } set { self["volumeClaimTemplates", default: []] = newValue } }
}

package struct StatefulSetStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var availableReplicas: Int? { get { self["availableReplicas"] } set { self["availableReplicas"] = newValue } }
  package var collisionCount: Int? { get { self["collisionCount"] } set { self["collisionCount"] = newValue } }
  package var conditions: [StatefulSetCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var currentReplicas: Int? { get { self["currentReplicas"] } set { self["currentReplicas"] = newValue } }
  package var currentRevision: String? { get { self["currentRevision"] } set { self["currentRevision"] = newValue } }
  package var observedGeneration: Int? { get { self["observedGeneration"] } set { self["observedGeneration"] = newValue } }
  package var readyReplicas: Int? { get { self["readyReplicas"] } set { self["readyReplicas"] = newValue } }
  package var replicas: Int { get { self["replicas"] ?? 0 } set { self["replicas"] = newValue as Int? } }
  package var updateRevision: String? { get { self["updateRevision"] } set { self["updateRevision"] = newValue } }
  package var updatedReplicas: Int? { get { self["updatedReplicas"] } set { self["updatedReplicas"] = newValue } }
}

package struct StatefulSetUpdateStrategy: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var rollingUpdate: RollingUpdateStatefulSetStrategy? { get { self["rollingUpdate"] } set { self["rollingUpdate"] = newValue } }
  package var type: String? { get { self["type"] } set { self["type"] = newValue } }
}
