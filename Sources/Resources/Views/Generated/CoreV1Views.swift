// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package import Foundations

package struct Affinity: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var nodeAffinity: NodeAffinity? { get { self["nodeAffinity"] } set { self["nodeAffinity"] = newValue } }
  package var podAffinity: PodAffinity? { get { self["podAffinity"] } set { self["podAffinity"] = newValue } }
  package var podAntiAffinity: PodAntiAffinity? { get { self["podAntiAffinity"] } set { self["podAntiAffinity"] = newValue } }
}

package struct AppArmorProfile: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var localhostProfile: String? { get { self["localhostProfile"] } set { self["localhostProfile"] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct AttachedVolume: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var devicePath: String { get { self["devicePath", default: ""] } set { self["devicePath", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}

package struct Binding: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var target: ObjectReference { get { self[view: "target"] } set { self[view: "target"] = newValue } _modify { yield &self[view: "target"] } }
}

package struct Capabilities: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var add: [String] { get { self["add", default: []] } set { self["add", default: []] = newValue } }
  package var drop: [String] { get { self["drop", default: []] } set { self["drop", default: []] = newValue } }
}

package struct ClientIPConfig: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var timeoutSeconds: Int? { get { self["timeoutSeconds"] } set { self["timeoutSeconds"] = newValue } }
}

package struct ClusterTrustBundleProjection: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var labelSelector: LabelSelectorView? { get { self["labelSelector"] } set { self["labelSelector"] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var optional: Bool? { get { self["optional"] } set { self["optional"] = newValue } }
  package var path: String { get { self["path", default: ""] } set { self["path", default: ""] = newValue } }
  package var signerName: String? { get { self["signerName"] } set { self["signerName"] = newValue } }
}

package struct ConfigMap: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var binaryData: [String: String] { get { self["binaryData", default: [:]] } set { self["binaryData", default: [:]] = newValue } }
  package var data: [String: String] { get { self["data", default: [:]] } set { self["data", default: [:]] = newValue } }
  package var immutable: Bool? { get { self["immutable"] } set { self["immutable"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
}

package struct ConfigMapEnvSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var optional: Bool? { get { self["optional"] } set { self["optional"] = newValue } }
}

package struct ConfigMapKeySelector: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var key: String { get { self["key", default: ""] } set { self["key", default: ""] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var optional: Bool? { get { self["optional"] } set { self["optional"] = newValue } }
}

package struct ConfigMapNodeConfigSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var kubeletConfigKey: String { get { self["kubeletConfigKey", default: ""] } set { self["kubeletConfigKey", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var namespace: String { get { self["namespace", default: ""] } set { self["namespace", default: ""] = newValue } }
  package var resourceVersion: String? { get { self["resourceVersion"] } set { self["resourceVersion"] = newValue } }
  package var uid: String? { get { self["uid"] } set { self["uid"] = newValue } }
}

package struct ConfigMapProjection: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var items: [KeyToPath] { get { self["items", default: []] } set { self["items", default: []] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var optional: Bool? { get { self["optional"] } set { self["optional"] = newValue } }
}

package struct ConfigMapVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var defaultMode: Int? { get { self["defaultMode"] } set { self["defaultMode"] = newValue } }
  package var items: [KeyToPath] { get { self["items", default: []] } set { self["items", default: []] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var optional: Bool? { get { self["optional"] } set { self["optional"] = newValue } }
}

package struct Container: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var args: [String] { get { self["args", default: []] } set { self["args", default: []] = newValue } }
  package var command: [String] { get { self["command", default: []] } set { self["command", default: []] = newValue } }
  package var env: [EnvVar] { get { self["env", default: []] } set { self["env", default: []] = newValue } }
  package var envFrom: [EnvFromSource] { get { self["envFrom", default: []] } set { self["envFrom", default: []] = newValue } }
  package var image: String? { get { self["image"] } set { self["image"] = newValue } }
  package var imagePullPolicy: String? { get { self["imagePullPolicy"] } set { self["imagePullPolicy"] = newValue } }
  package var lifecycle: Lifecycle? { get { self["lifecycle"] } set { self["lifecycle"] = newValue } }
  package var livenessProbe: Probe? { get { self["livenessProbe"] } set { self["livenessProbe"] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var ports: [ContainerPort] { get { self["ports", default: []] } set { self["ports", default: []] = newValue } }
  package var readinessProbe: Probe? { get { self["readinessProbe"] } set { self["readinessProbe"] = newValue } }
  package var resizePolicy: [ContainerResizePolicy] { get { self["resizePolicy", default: []] } set { self["resizePolicy", default: []] = newValue } }
  package var resources: ResourceRequirements? { get { self["resources"] } set { self["resources"] = newValue } }
  package var restartPolicy: String? { get { self["restartPolicy"] } set { self["restartPolicy"] = newValue } }
  package var restartPolicyRules: [ContainerRestartRule] { get { self["restartPolicyRules", default: []] } set { self["restartPolicyRules", default: []] = newValue } }
  package var securityContext: SecurityContext? { get { self["securityContext"] } set { self["securityContext"] = newValue } }
  package var startupProbe: Probe? { get { self["startupProbe"] } set { self["startupProbe"] = newValue } }
  package var stdin: Bool? { get { self["stdin"] } set { self["stdin"] = newValue } }
  package var stdinOnce: Bool? { get { self["stdinOnce"] } set { self["stdinOnce"] = newValue } }
  package var terminationMessagePath: String? { get { self["terminationMessagePath"] } set { self["terminationMessagePath"] = newValue } }
  package var terminationMessagePolicy: String? { get { self["terminationMessagePolicy"] } set { self["terminationMessagePolicy"] = newValue } }
  package var tty: Bool? { get { self["tty"] } set { self["tty"] = newValue } }
  package var volumeDevices: [VolumeDevice] { get { self["volumeDevices", default: []] } set { self["volumeDevices", default: []] = newValue } }
  package var volumeMounts: [VolumeMount] { get { self["volumeMounts", default: []] } set { self["volumeMounts", default: []] = newValue } }
  package var workingDir: String? { get { self["workingDir"] } set { self["workingDir"] = newValue } }
}

package struct ContainerExtendedResourceRequest: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var containerName: String { get { self["containerName", default: ""] } set { self["containerName", default: ""] = newValue } }
  package var requestName: String { get { self["requestName", default: ""] } set { self["requestName", default: ""] = newValue } }
  package var resourceName: String { get { self["resourceName", default: ""] } set { self["resourceName", default: ""] = newValue } }
}

package struct ContainerImage: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var names: [String] { get { self["names", default: []] } set { self["names", default: []] = newValue } }
  package var sizeBytes: Int? { get { self["sizeBytes"] } set { self["sizeBytes"] = newValue } }
}

package struct ContainerPort: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var containerPort: Int { get { self["containerPort"] ?? 0 } set { self["containerPort"] = newValue as Int? } }
  package var hostIP: String? { get { self["hostIP"] } set { self["hostIP"] = newValue } }
  package var hostPort: Int? { get { self["hostPort"] } set { self["hostPort"] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var `protocol`: String? { get { self["protocol"] } set { self["protocol"] = newValue } }
}

package struct ContainerResizePolicy: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var resourceName: String { get { self["resourceName", default: ""] } set { self["resourceName", default: ""] = newValue } }
  package var restartPolicy: String { get { self["restartPolicy", default: ""] } set { self["restartPolicy", default: ""] = newValue } }
}

package struct ContainerRestartRule: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var action: String { get { self["action", default: ""] } set { self["action", default: ""] = newValue } }
  package var exitCodes: ContainerRestartRuleOnExitCodes? { get { self["exitCodes"] } set { self["exitCodes"] = newValue } }
}

package struct ContainerRestartRuleOnExitCodes: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var `operator`: String { get { self["operator", default: ""] } set { self["operator", default: ""] = newValue } }
  package var values: [Int] { get { self["values", default: []] } set { self["values", default: []] = newValue } }
}

package struct ContainerState: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var running: ContainerStateRunning? { get { self["running"] } set { self["running"] = newValue } }
  package var terminated: ContainerStateTerminated? { get { self["terminated"] } set { self["terminated"] = newValue } }
  package var waiting: ContainerStateWaiting? { get { self["waiting"] } set { self["waiting"] = newValue } }
}

package struct ContainerStateRunning: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var startedAt: Timestamp? { get { self["startedAt"] } set { self["startedAt"] = newValue } }
}

package struct ContainerStateTerminated: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var containerID: String? { get { self["containerID"] } set { self["containerID"] = newValue } }
  package var exitCode: Int { get { self["exitCode"] ?? 0 } set { self["exitCode"] = newValue as Int? } }
  package var finishedAt: Timestamp? { get { self["finishedAt"] } set { self["finishedAt"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var signal: Int? { get { self["signal"] } set { self["signal"] = newValue } }
  package var startedAt: Timestamp? { get { self["startedAt"] } set { self["startedAt"] = newValue } }
}

package struct ContainerStateWaiting: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
}

package struct ContainerStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var allocatedResources: [String: Quantity] { get { self["allocatedResources", default: [:]] } set { self["allocatedResources", default: [:]] = newValue } }
  package var allocatedResourcesStatus: [ResourceStatus] { get { self["allocatedResourcesStatus", default: []] } set { self["allocatedResourcesStatus", default: []] = newValue } }
  package var containerID: String? { get { self["containerID"] } set { self["containerID"] = newValue } }
  package var image: String { get { self["image", default: ""] } set { self["image", default: ""] = newValue } }
  package var imageID: String { get { self["imageID", default: ""] } set { self["imageID", default: ""] = newValue } }
  package var lastState: ContainerState? { get { self["lastState"] } set { self["lastState"] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var ready: Bool? { get { self["ready"] } set { self["ready"] = newValue } }
  package var resources: ResourceRequirements? { get { self["resources"] } set { self["resources"] = newValue } }
  package var restartCount: Int { get { self["restartCount"] ?? 0 } set { self["restartCount"] = newValue as Int? } }
  package var started: Bool? { get { self["started"] } set { self["started"] = newValue } }
  package var state: ContainerState? { get { self["state"] } set { self["state"] = newValue } }
  package var stopSignal: String? { get { self["stopSignal"] } set { self["stopSignal"] = newValue } }
  package var user: ContainerUser? { get { self["user"] } set { self["user"] = newValue } }
  package var volumeMounts: [VolumeMountStatus] { get { self["volumeMounts", default: []] } set { self["volumeMounts", default: []] = newValue } }
}

package struct ContainerUser: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var linux: LinuxContainerUser? { get { self["linux"] } set { self["linux"] = newValue } }
}

package struct DaemonEndpoint: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var Port: Int { get { self["Port"] ?? 0 } set { self["Port"] = newValue as Int? } }
}

package struct DownwardAPIProjection: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var items: [DownwardAPIVolumeFile] { get { self["items", default: []] } set { self["items", default: []] = newValue } }
}

package struct DownwardAPIVolumeFile: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var fieldRef: ObjectFieldSelector? { get { self["fieldRef"] } set { self["fieldRef"] = newValue } }
  package var mode: Int? { get { self["mode"] } set { self["mode"] = newValue } }
  package var path: String { get { self["path", default: ""] } set { self["path", default: ""] = newValue } }
  package var resourceFieldRef: ResourceFieldSelector? { get { self["resourceFieldRef"] } set { self["resourceFieldRef"] = newValue } }
}

package struct DownwardAPIVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var defaultMode: Int? { get { self["defaultMode"] } set { self["defaultMode"] = newValue } }
  package var items: [DownwardAPIVolumeFile] { get { self["items", default: []] } set { self["items", default: []] = newValue } }
}

package struct EmptyDirVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var medium: String? { get { self["medium"] } set { self["medium"] = newValue } }
  package var sizeLimit: Quantity? { get { self["sizeLimit"] } set { self["sizeLimit"] = newValue } }
}

package struct EndpointAddress: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var hostname: String? { get { self["hostname"] } set { self["hostname"] = newValue } }
  package var ip: String { get { self["ip", default: ""] } set { self["ip", default: ""] = newValue } }
  package var nodeName: String? { get { self["nodeName"] } set { self["nodeName"] = newValue } }
  package var targetRef: ObjectReference? { get { self["targetRef"] } set { self["targetRef"] = newValue } }
}

package struct EndpointPort: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var appProtocol: String? { get { self["appProtocol"] } set { self["appProtocol"] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var port: Int { get { self["port"] ?? 0 } set { self["port"] = newValue as Int? } }
  package var `protocol`: String? { get { self["protocol"] } set { self["protocol"] = newValue } }
}

package struct EndpointSubset: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var addresses: [EndpointAddress] { get { self["addresses", default: []] } set { self["addresses", default: []] = newValue } }
  package var notReadyAddresses: [EndpointAddress] { get { self["notReadyAddresses", default: []] } set { self["notReadyAddresses", default: []] = newValue } }
  package var ports: [EndpointPort] { get { self["ports", default: []] } set { self["ports", default: []] = newValue } }
}

package struct Endpoints: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var subsets: [EndpointSubset] { get { self["subsets", default: []] } set { self["subsets", default: []] = newValue } }
}

package struct EnvFromSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var configMapRef: ConfigMapEnvSource? { get { self["configMapRef"] } set { self["configMapRef"] = newValue } }
  package var prefix: String? { get { self["prefix"] } set { self["prefix"] = newValue } }
  package var secretRef: SecretEnvSource? { get { self["secretRef"] } set { self["secretRef"] = newValue } }
}

package struct EnvVar: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var value: String? { get { self["value"] } set { self["value"] = newValue } }
  package var valueFrom: EnvVarSource? { get { self["valueFrom"] } set { self["valueFrom"] = newValue } }
}

package struct EnvVarSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var configMapKeyRef: ConfigMapKeySelector? { get { self["configMapKeyRef"] } set { self["configMapKeyRef"] = newValue } }
  package var fieldRef: ObjectFieldSelector? { get { self["fieldRef"] } set { self["fieldRef"] = newValue } }
  package var fileKeyRef: FileKeySelector? { get { self["fileKeyRef"] } set { self["fileKeyRef"] = newValue } }
  package var resourceFieldRef: ResourceFieldSelector? { get { self["resourceFieldRef"] } set { self["resourceFieldRef"] = newValue } }
  package var secretKeyRef: SecretKeySelector? { get { self["secretKeyRef"] } set { self["secretKeyRef"] = newValue } }
}

package struct EphemeralContainer: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var args: [String] { get { self["args", default: []] } set { self["args", default: []] = newValue } }
  package var command: [String] { get { self["command", default: []] } set { self["command", default: []] = newValue } }
  package var env: [EnvVar] { get { self["env", default: []] } set { self["env", default: []] = newValue } }
  package var envFrom: [EnvFromSource] { get { self["envFrom", default: []] } set { self["envFrom", default: []] = newValue } }
  package var image: String? { get { self["image"] } set { self["image"] = newValue } }
  package var imagePullPolicy: String? { get { self["imagePullPolicy"] } set { self["imagePullPolicy"] = newValue } }
  package var lifecycle: Lifecycle? { get { self["lifecycle"] } set { self["lifecycle"] = newValue } }
  package var livenessProbe: Probe? { get { self["livenessProbe"] } set { self["livenessProbe"] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var ports: [ContainerPort] { get { self["ports", default: []] } set { self["ports", default: []] = newValue } }
  package var readinessProbe: Probe? { get { self["readinessProbe"] } set { self["readinessProbe"] = newValue } }
  package var resizePolicy: [ContainerResizePolicy] { get { self["resizePolicy", default: []] } set { self["resizePolicy", default: []] = newValue } }
  package var resources: ResourceRequirements? { get { self["resources"] } set { self["resources"] = newValue } }
  package var restartPolicy: String? { get { self["restartPolicy"] } set { self["restartPolicy"] = newValue } }
  package var restartPolicyRules: [ContainerRestartRule] { get { self["restartPolicyRules", default: []] } set { self["restartPolicyRules", default: []] = newValue } }
  package var securityContext: SecurityContext? { get { self["securityContext"] } set { self["securityContext"] = newValue } }
  package var startupProbe: Probe? { get { self["startupProbe"] } set { self["startupProbe"] = newValue } }
  package var stdin: Bool? { get { self["stdin"] } set { self["stdin"] = newValue } }
  package var stdinOnce: Bool? { get { self["stdinOnce"] } set { self["stdinOnce"] = newValue } }
  package var targetContainerName: String? { get { self["targetContainerName"] } set { self["targetContainerName"] = newValue } }
  package var terminationMessagePath: String? { get { self["terminationMessagePath"] } set { self["terminationMessagePath"] = newValue } }
  package var terminationMessagePolicy: String? { get { self["terminationMessagePolicy"] } set { self["terminationMessagePolicy"] = newValue } }
  package var tty: Bool? { get { self["tty"] } set { self["tty"] = newValue } }
  package var volumeDevices: [VolumeDevice] { get { self["volumeDevices", default: []] } set { self["volumeDevices", default: []] = newValue } }
  package var volumeMounts: [VolumeMount] { get { self["volumeMounts", default: []] } set { self["volumeMounts", default: []] = newValue } }
  package var workingDir: String? { get { self["workingDir"] } set { self["workingDir"] = newValue } }
}

package struct EphemeralVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var volumeClaimTemplate: PersistentVolumeClaimTemplate? { get { self["volumeClaimTemplate"] } set { self["volumeClaimTemplate"] = newValue } }
}

package struct Event: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var action: String? { get { self["action"] } set { self["action"] = newValue } }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var count: Int? { get { self["count"] } set { self["count"] = newValue } }
  package var eventTime: Timestamp? { get { self["eventTime"] } set { self["eventTime"] = newValue } }
  package var firstTimestamp: Timestamp? { get { self["firstTimestamp"] } set { self["firstTimestamp"] = newValue } }
  package var involvedObject: ObjectReference { get { self[view: "involvedObject"] } set { self[view: "involvedObject"] = newValue } _modify { yield &self[view: "involvedObject"] } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var lastTimestamp: Timestamp? { get { self["lastTimestamp"] } set { self["lastTimestamp"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var related: ObjectReference? { get { self["related"] } set { self["related"] = newValue } }
  package var reportingComponent: String? { get { self["reportingComponent"] } set { self["reportingComponent"] = newValue } }
  package var reportingInstance: String? { get { self["reportingInstance"] } set { self["reportingInstance"] = newValue } }
  package var series: EventSeries? { get { self["series"] } set { self["series"] = newValue } }
  package var source: EventSource? { get { self["source"] } set { self["source"] = newValue } }
  package var type: String? { get { self["type"] } set { self["type"] = newValue } }
}

package struct EventSeries: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var count: Int? { get { self["count"] } set { self["count"] = newValue } }
  package var lastObservedTime: Timestamp? { get { self["lastObservedTime"] } set { self["lastObservedTime"] = newValue } }
}

package struct EventSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var component: String? { get { self["component"] } set { self["component"] = newValue } }
  package var host: String? { get { self["host"] } set { self["host"] = newValue } }
}

package struct ExecAction: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var command: [String] { get { self["command", default: []] } set { self["command", default: []] = newValue } }
}

package struct FileKeySelector: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var key: String { get { self["key", default: ""] } set { self["key", default: ""] = newValue } }
  package var optional: Bool? { get { self["optional"] } set { self["optional"] = newValue } }
  package var path: String { get { self["path", default: ""] } set { self["path", default: ""] = newValue } }
  package var volumeName: String { get { self["volumeName", default: ""] } set { self["volumeName", default: ""] = newValue } }
}

package struct GRPCAction: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var port: Int { get { self["port"] ?? 0 } set { self["port"] = newValue as Int? } }
  package var service: String? { get { self["service"] } set { self["service"] = newValue } }
}

package struct HTTPGetAction: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var host: String? { get { self["host"] } set { self["host"] = newValue } }
  package var httpHeaders: [HTTPHeader] { get { self["httpHeaders", default: []] } set { self["httpHeaders", default: []] = newValue } }
  package var path: String? { get { self["path"] } set { self["path"] = newValue } }
  package var port: IntOrString? { get { self["port"] } set { self["port"] = newValue } }
  package var scheme: String? { get { self["scheme"] } set { self["scheme"] = newValue } }
}

package struct HTTPHeader: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var value: String { get { self["value", default: ""] } set { self["value", default: ""] = newValue } }
}

package struct HostAlias: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var hostnames: [String] { get { self["hostnames", default: []] } set { self["hostnames", default: []] = newValue } }
  package var ip: String { get { self["ip", default: ""] } set { self["ip", default: ""] = newValue } }
}

package struct HostIP: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var ip: String { get { self["ip", default: ""] } set { self["ip", default: ""] = newValue } }
}

package struct HostPathVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var path: String { get { self["path", default: ""] } set { self["path", default: ""] = newValue } }
  package var type: String? { get { self["type"] } set { self["type"] = newValue } }
}

package struct ImageVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var pullPolicy: String? { get { self["pullPolicy"] } set { self["pullPolicy"] = newValue } }
  package var reference: String? { get { self["reference"] } set { self["reference"] = newValue } }
}

package struct ImageVolumeStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var imageRef: String { get { self["imageRef", default: ""] } set { self["imageRef", default: ""] = newValue } }
}

package struct KeyToPath: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var key: String { get { self["key", default: ""] } set { self["key", default: ""] = newValue } }
  package var mode: Int? { get { self["mode"] } set { self["mode"] = newValue } }
  package var path: String { get { self["path", default: ""] } set { self["path", default: ""] = newValue } }
}

package struct Lifecycle: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var postStart: LifecycleHandler? { get { self["postStart"] } set { self["postStart"] = newValue } }
  package var preStop: LifecycleHandler? { get { self["preStop"] } set { self["preStop"] = newValue } }
  package var stopSignal: String? { get { self["stopSignal"] } set { self["stopSignal"] = newValue } }
}

package struct LifecycleHandler: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var exec: ExecAction? { get { self["exec"] } set { self["exec"] = newValue } }
  package var httpGet: HTTPGetAction? { get { self["httpGet"] } set { self["httpGet"] = newValue } }
  package var sleep: SleepAction? { get { self["sleep"] } set { self["sleep"] = newValue } }
  package var tcpSocket: TCPSocketAction? { get { self["tcpSocket"] } set { self["tcpSocket"] = newValue } }
}

package struct LimitRange: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: LimitRangeSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
}

package struct LimitRangeItem: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var `default`: [String: Quantity] { get { self["default", default: [:]] } set { self["default", default: [:]] = newValue } }
  package var defaultRequest: [String: Quantity] { get { self["defaultRequest", default: [:]] } set { self["defaultRequest", default: [:]] = newValue } }
  package var max: [String: Quantity] { get { self["max", default: [:]] } set { self["max", default: [:]] = newValue } }
  package var maxLimitRequestRatio: [String: Quantity] { get { self["maxLimitRequestRatio", default: [:]] } set { self["maxLimitRequestRatio", default: [:]] = newValue } }
  package var min: [String: Quantity] { get { self["min", default: [:]] } set { self["min", default: [:]] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct LimitRangeSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var limits: [LimitRangeItem] { get { self["limits", default: []] } set { self["limits", default: []] = newValue } }
}

package struct LinuxContainerUser: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var gid: Int { get { self["gid"] ?? 0 } set { self["gid"] = newValue as Int? } }
  package var supplementalGroups: [Int] { get { self["supplementalGroups", default: []] } set { self["supplementalGroups", default: []] = newValue } }
  package var uid: Int { get { self["uid"] ?? 0 } set { self["uid"] = newValue as Int? } }
}

package struct LoadBalancerIngress: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var hostname: String? { get { self["hostname"] } set { self["hostname"] = newValue } }
  package var ip: String? { get { self["ip"] } set { self["ip"] = newValue } }
  package var ipMode: String? { get { self["ipMode"] } set { self["ipMode"] = newValue } }
  package var ports: [PortStatus] { get { self["ports", default: []] } set { self["ports", default: []] = newValue } }
}

package struct LoadBalancerStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var ingress: [LoadBalancerIngress] { get { self["ingress", default: []] } set { self["ingress", default: []] = newValue } }
}

package struct LocalObjectReference: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
}

package struct LocalVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var fsType: String? { get { self["fsType"] } set { self["fsType"] = newValue } }
  package var path: String { get { self["path", default: ""] } set { self["path", default: ""] = newValue } }
}

package struct ModifyVolumeStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var targetVolumeAttributesClassName: String? { get { self["targetVolumeAttributesClassName"] } set { self["targetVolumeAttributesClassName"] = newValue } }
}

package struct NFSVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var path: String { get { self["path", default: ""] } set { self["path", default: ""] = newValue } }
  package var readOnly: Bool? { get { self["readOnly"] } set { self["readOnly"] = newValue } }
  package var server: String { get { self["server", default: ""] } set { self["server", default: ""] = newValue } }
}

package struct Namespace: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: NamespaceSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: NamespaceStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct NamespaceCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct NamespaceSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var finalizers: [String] { get { self["finalizers", default: []] } set { self["finalizers", default: []] = newValue } }
}

package struct NamespaceStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var conditions: [NamespaceCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var phase: String? { get { self["phase"] } set { self["phase"] = newValue } }
}

package struct Node: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: NodeSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: NodeStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct NodeAddress: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var address: String { get { self["address", default: ""] } set { self["address", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct NodeAffinity: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var preferredDuringSchedulingIgnoredDuringExecution: [PreferredSchedulingTerm] { get { self["preferredDuringSchedulingIgnoredDuringExecution", default: []] } set { self["preferredDuringSchedulingIgnoredDuringExecution", default: []] = newValue } }
  package var requiredDuringSchedulingIgnoredDuringExecution: NodeSelector? { get { self["requiredDuringSchedulingIgnoredDuringExecution"] } set { self["requiredDuringSchedulingIgnoredDuringExecution"] = newValue } }
}

package struct NodeAllocatableResourceClaimStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var containers: [String] { get { self["containers", default: []] } set { self["containers", default: []] = newValue } }
  package var resourceClaimName: String { get { self["resourceClaimName", default: ""] } set { self["resourceClaimName", default: ""] = newValue } }
  package var resources: [String: Quantity] { get { self["resources", default: [:]] } set { self["resources", default: [:]] = newValue } }
}

package struct NodeCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastHeartbeatTime: Timestamp? { get { self["lastHeartbeatTime"] } set { self["lastHeartbeatTime"] = newValue } }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct NodeConfigSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var configMap: ConfigMapNodeConfigSource? { get { self["configMap"] } set { self["configMap"] = newValue } }
}

package struct NodeConfigStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var active: NodeConfigSource? { get { self["active"] } set { self["active"] = newValue } }
  package var assigned: NodeConfigSource? { get { self["assigned"] } set { self["assigned"] = newValue } }
  package var error: String? { get { self["error"] } set { self["error"] = newValue } }
  package var lastKnownGood: NodeConfigSource? { get { self["lastKnownGood"] } set { self["lastKnownGood"] = newValue } }
}

package struct NodeDaemonEndpoints: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var kubeletEndpoint: DaemonEndpoint? { get { self["kubeletEndpoint"] } set { self["kubeletEndpoint"] = newValue } }
}

package struct NodeFeatures: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var supplementalGroupsPolicy: Bool? { get { self["supplementalGroupsPolicy"] } set { self["supplementalGroupsPolicy"] = newValue } }
}

package struct NodeRuntimeHandler: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var features: NodeRuntimeHandlerFeatures? { get { self["features"] } set { self["features"] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
}

package struct NodeRuntimeHandlerFeatures: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var recursiveReadOnlyMounts: Bool? { get { self["recursiveReadOnlyMounts"] } set { self["recursiveReadOnlyMounts"] = newValue } }
  package var userNamespaces: Bool? { get { self["userNamespaces"] } set { self["userNamespaces"] = newValue } }
}

package struct NodeSelector: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var nodeSelectorTerms: [NodeSelectorTerm] { get { self["nodeSelectorTerms", default: []] } set { self["nodeSelectorTerms", default: []] = newValue } }
}

package struct NodeSelectorRequirement: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var key: String { get { self["key", default: ""] } set { self["key", default: ""] = newValue } }
  package var `operator`: String { get { self["operator", default: ""] } set { self["operator", default: ""] = newValue } }
  package var values: [String] { get { self["values", default: []] } set { self["values", default: []] = newValue } }
}

package struct NodeSelectorTerm: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var matchExpressions: [NodeSelectorRequirement] { get { self["matchExpressions", default: []] } set { self["matchExpressions", default: []] = newValue } }
  package var matchFields: [NodeSelectorRequirement] { get { self["matchFields", default: []] } set { self["matchFields", default: []] = newValue } }
}

package struct NodeSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var configSource: NodeConfigSource? { get { self["configSource"] } set { self["configSource"] = newValue } }
  package var externalID: String? { get { self["externalID"] } set { self["externalID"] = newValue } }
  package var podCIDR: String? { get { self["podCIDR"] } set { self["podCIDR"] = newValue } }
  package var podCIDRs: [String] { get { self["podCIDRs", default: []] } set { self["podCIDRs", default: []] = newValue } }
  package var providerID: String? { get { self["providerID"] } set { self["providerID"] = newValue } }
  package var taints: [Taint] { get { self["taints", default: []] } set { self["taints", default: []] = newValue } }
  package var unschedulable: Bool? { get { self["unschedulable"] } set { self["unschedulable"] = newValue } }
}

package struct NodeStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var addresses: [NodeAddress] { get { self["addresses", default: []] } set { self["addresses", default: []] = newValue } }
  package var allocatable: [String: Quantity] { get { self["allocatable", default: [:]] } set { self["allocatable", default: [:]] = newValue } }
  package var capacity: [String: Quantity] { get { self["capacity", default: [:]] } set { self["capacity", default: [:]] = newValue } }
  package var conditions: [NodeCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var config: NodeConfigStatus? { get { self["config"] } set { self["config"] = newValue } }
  package var daemonEndpoints: NodeDaemonEndpoints? { get { self["daemonEndpoints"] } set { self["daemonEndpoints"] = newValue } }
  package var declaredFeatures: [String] { get { self["declaredFeatures", default: []] } set { self["declaredFeatures", default: []] = newValue } }
  package var features: NodeFeatures? { get { self["features"] } set { self["features"] = newValue } }
  package var images: [ContainerImage] { get { self["images", default: []] } set { self["images", default: []] = newValue } }
  package var nodeInfo: NodeSystemInfo? { get { self["nodeInfo"] } set { self["nodeInfo"] = newValue } }
  package var phase: String? { get { self["phase"] } set { self["phase"] = newValue } }
  package var runtimeHandlers: [NodeRuntimeHandler] { get { self["runtimeHandlers", default: []] } set { self["runtimeHandlers", default: []] = newValue } }
  package var volumesAttached: [AttachedVolume] { get { self["volumesAttached", default: []] } set { self["volumesAttached", default: []] = newValue } }
  package var volumesInUse: [String] { get { self["volumesInUse", default: []] } set { self["volumesInUse", default: []] = newValue } }
}

package struct NodeSwapStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var capacity: Int? { get { self["capacity"] } set { self["capacity"] = newValue } }
}

package struct NodeSystemInfo: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var architecture: String { get { self["architecture", default: ""] } set { self["architecture", default: ""] = newValue } }
  package var bootID: String { get { self["bootID", default: ""] } set { self["bootID", default: ""] = newValue } }
  package var containerRuntimeVersion: String { get { self["containerRuntimeVersion", default: ""] } set { self["containerRuntimeVersion", default: ""] = newValue } }
  package var kernelVersion: String { get { self["kernelVersion", default: ""] } set { self["kernelVersion", default: ""] = newValue } }
  package var kubeProxyVersion: String { get { self["kubeProxyVersion", default: ""] } set { self["kubeProxyVersion", default: ""] = newValue } }
  package var kubeletVersion: String { get { self["kubeletVersion", default: ""] } set { self["kubeletVersion", default: ""] = newValue } }
  package var machineID: String { get { self["machineID", default: ""] } set { self["machineID", default: ""] = newValue } }
  package var operatingSystem: String { get { self["operatingSystem", default: ""] } set { self["operatingSystem", default: ""] = newValue } }
  package var osImage: String { get { self["osImage", default: ""] } set { self["osImage", default: ""] = newValue } }
  package var swap: NodeSwapStatus? { get { self["swap"] } set { self["swap"] = newValue } }
  package var systemUUID: String { get { self["systemUUID", default: ""] } set { self["systemUUID", default: ""] = newValue } }
}

package struct ObjectFieldSelector: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var fieldPath: String { get { self["fieldPath", default: ""] } set { self["fieldPath", default: ""] = newValue } }
}

package struct ObjectReference: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var fieldPath: String? { get { self["fieldPath"] } set { self["fieldPath"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var namespace: String? { get { self["namespace"] } set { self["namespace"] = newValue } }
  package var resourceVersion: String? { get { self["resourceVersion"] } set { self["resourceVersion"] = newValue } }
  package var uid: String? { get { self["uid"] } set { self["uid"] = newValue } }
}

package struct PersistentVolume: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: PersistentVolumeSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: PersistentVolumeStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct PersistentVolumeClaim: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: PersistentVolumeClaimSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: PersistentVolumeClaimStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct PersistentVolumeClaimCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastProbeTime: Timestamp? { get { self["lastProbeTime"] } set { self["lastProbeTime"] = newValue } }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct PersistentVolumeClaimSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var accessModes: [String] { get { self["accessModes", default: []] } set { self["accessModes", default: []] = newValue } }
  package var dataSource: TypedLocalObjectReference? { get { self["dataSource"] } set { self["dataSource"] = newValue } }
  package var dataSourceRef: TypedObjectReference? { get { self["dataSourceRef"] } set { self["dataSourceRef"] = newValue } }
  package var resources: VolumeResourceRequirements? { get { self["resources"] } set { self["resources"] = newValue } }
  package var selector: LabelSelectorView? { get { self["selector"] } set { self["selector"] = newValue } }
  package var storageClassName: String? { get { self["storageClassName"] } set { self["storageClassName"] = newValue } }
  package var volumeAttributesClassName: String? { get { self["volumeAttributesClassName"] } set { self["volumeAttributesClassName"] = newValue } }
  package var volumeMode: String? { get { self["volumeMode"] } set { self["volumeMode"] = newValue } }
  package var volumeName: String? { get { self["volumeName"] } set { self["volumeName"] = newValue } }
}

package struct PersistentVolumeClaimStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var accessModes: [String] { get { self["accessModes", default: []] } set { self["accessModes", default: []] = newValue } }
  package var allocatedResourceStatuses: [String: String] { get { self["allocatedResourceStatuses", default: [:]] } set { self["allocatedResourceStatuses", default: [:]] = newValue } }
  package var allocatedResources: [String: Quantity] { get { self["allocatedResources", default: [:]] } set { self["allocatedResources", default: [:]] = newValue } }
  package var capacity: [String: Quantity] { get { self["capacity", default: [:]] } set { self["capacity", default: [:]] = newValue } }
  package var conditions: [PersistentVolumeClaimCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var currentVolumeAttributesClassName: String? { get { self["currentVolumeAttributesClassName"] } set { self["currentVolumeAttributesClassName"] = newValue } }
  package var modifyVolumeStatus: ModifyVolumeStatus? { get { self["modifyVolumeStatus"] } set { self["modifyVolumeStatus"] = newValue } }
  package var phase: String? { get { self["phase"] } set { self["phase"] = newValue } }
}

package struct PersistentVolumeClaimTemplate: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: PersistentVolumeClaimSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
}

package struct PersistentVolumeClaimVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var claimName: String { get { self["claimName", default: ""] } set { self["claimName", default: ""] = newValue } }
  package var readOnly: Bool? { get { self["readOnly"] } set { self["readOnly"] = newValue } }
}

package struct PersistentVolumeSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var accessModes: [String] { get { self["accessModes", default: []] } set { self["accessModes", default: []] = newValue } }
  package var awsElasticBlockStore: Document? { get { self["awsElasticBlockStore"] } set { self["awsElasticBlockStore"] = newValue } }
  package var azureDisk: Document? { get { self["azureDisk"] } set { self["azureDisk"] = newValue } }
  package var azureFile: Document? { get { self["azureFile"] } set { self["azureFile"] = newValue } }
  package var capacity: [String: Quantity] { get { self["capacity", default: [:]] } set { self["capacity", default: [:]] = newValue } }
  package var cephfs: Document? { get { self["cephfs"] } set { self["cephfs"] = newValue } }
  package var cinder: Document? { get { self["cinder"] } set { self["cinder"] = newValue } }
  package var claimRef: ObjectReference? { get { self["claimRef"] } set { self["claimRef"] = newValue } }
  package var csi: Document? { get { self["csi"] } set { self["csi"] = newValue } }
  package var fc: Document? { get { self["fc"] } set { self["fc"] = newValue } }
  package var flexVolume: Document? { get { self["flexVolume"] } set { self["flexVolume"] = newValue } }
  package var flocker: Document? { get { self["flocker"] } set { self["flocker"] = newValue } }
  package var gcePersistentDisk: Document? { get { self["gcePersistentDisk"] } set { self["gcePersistentDisk"] = newValue } }
  package var glusterfs: Document? { get { self["glusterfs"] } set { self["glusterfs"] = newValue } }
  package var hostPath: HostPathVolumeSource? { get { self["hostPath"] } set { self["hostPath"] = newValue } }
  package var iscsi: Document? { get { self["iscsi"] } set { self["iscsi"] = newValue } }
  package var local: LocalVolumeSource? { get { self["local"] } set { self["local"] = newValue } }
  package var mountOptions: [String] { get { self["mountOptions", default: []] } set { self["mountOptions", default: []] = newValue } }
  package var nfs: NFSVolumeSource? { get { self["nfs"] } set { self["nfs"] = newValue } }
  package var nodeAffinity: VolumeNodeAffinity? { get { self["nodeAffinity"] } set { self["nodeAffinity"] = newValue } }
  package var persistentVolumeReclaimPolicy: String? { get { self["persistentVolumeReclaimPolicy"] } set { self["persistentVolumeReclaimPolicy"] = newValue } }
  package var photonPersistentDisk: Document? { get { self["photonPersistentDisk"] } set { self["photonPersistentDisk"] = newValue } }
  package var portworxVolume: Document? { get { self["portworxVolume"] } set { self["portworxVolume"] = newValue } }
  package var quobyte: Document? { get { self["quobyte"] } set { self["quobyte"] = newValue } }
  package var rbd: Document? { get { self["rbd"] } set { self["rbd"] = newValue } }
  package var scaleIO: Document? { get { self["scaleIO"] } set { self["scaleIO"] = newValue } }
  package var storageClassName: String? { get { self["storageClassName"] } set { self["storageClassName"] = newValue } }
  package var storageos: Document? { get { self["storageos"] } set { self["storageos"] = newValue } }
  package var volumeAttributesClassName: String? { get { self["volumeAttributesClassName"] } set { self["volumeAttributesClassName"] = newValue } }
  package var volumeMode: String? { get { self["volumeMode"] } set { self["volumeMode"] = newValue } }
  package var vsphereVolume: Document? { get { self["vsphereVolume"] } set { self["vsphereVolume"] = newValue } }
}

package struct PersistentVolumeStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastPhaseTransitionTime: Timestamp? { get { self["lastPhaseTransitionTime"] } set { self["lastPhaseTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var phase: String? { get { self["phase"] } set { self["phase"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
}

package struct Pod: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: PodSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: PodStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct PodAffinity: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var preferredDuringSchedulingIgnoredDuringExecution: [WeightedPodAffinityTerm] { get { self["preferredDuringSchedulingIgnoredDuringExecution", default: []] } set { self["preferredDuringSchedulingIgnoredDuringExecution", default: []] = newValue } }
  package var requiredDuringSchedulingIgnoredDuringExecution: [PodAffinityTerm] { get { self["requiredDuringSchedulingIgnoredDuringExecution", default: []] } set { self["requiredDuringSchedulingIgnoredDuringExecution", default: []] = newValue } }
}

package struct PodAffinityTerm: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var labelSelector: LabelSelectorView? { get { self["labelSelector"] } set { self["labelSelector"] = newValue } }
  package var matchLabelKeys: [String] { get { self["matchLabelKeys", default: []] } set { self["matchLabelKeys", default: []] = newValue } }
  package var mismatchLabelKeys: [String] { get { self["mismatchLabelKeys", default: []] } set { self["mismatchLabelKeys", default: []] = newValue } }
  package var namespaceSelector: LabelSelectorView? { get { self["namespaceSelector"] } set { self["namespaceSelector"] = newValue } }
  package var namespaces: [String] { get { self["namespaces", default: []] } set { self["namespaces", default: []] = newValue } }
  package var topologyKey: String { get { self["topologyKey", default: ""] } set { self["topologyKey", default: ""] = newValue } }
}

package struct PodAntiAffinity: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var preferredDuringSchedulingIgnoredDuringExecution: [WeightedPodAffinityTerm] { get { self["preferredDuringSchedulingIgnoredDuringExecution", default: []] } set { self["preferredDuringSchedulingIgnoredDuringExecution", default: []] = newValue } }
  package var requiredDuringSchedulingIgnoredDuringExecution: [PodAffinityTerm] { get { self["requiredDuringSchedulingIgnoredDuringExecution", default: []] } set { self["requiredDuringSchedulingIgnoredDuringExecution", default: []] = newValue } }
}

package struct PodCertificateProjection: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var certificateChainPath: String? { get { self["certificateChainPath"] } set { self["certificateChainPath"] = newValue } }
  package var credentialBundlePath: String? { get { self["credentialBundlePath"] } set { self["credentialBundlePath"] = newValue } }
  package var keyPath: String? { get { self["keyPath"] } set { self["keyPath"] = newValue } }
  package var keyType: String { get { self["keyType", default: ""] } set { self["keyType", default: ""] = newValue } }
  package var maxExpirationSeconds: Int? { get { self["maxExpirationSeconds"] } set { self["maxExpirationSeconds"] = newValue } }
  package var signerName: String { get { self["signerName", default: ""] } set { self["signerName", default: ""] = newValue } }
  package var userAnnotations: [String: String] { get { self["userAnnotations", default: [:]] } set { self["userAnnotations", default: [:]] = newValue } }
}

package struct PodCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastProbeTime: Timestamp? { get { self["lastProbeTime"] } set { self["lastProbeTime"] = newValue } }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var observedGeneration: Int? { get { self["observedGeneration"] } set { self["observedGeneration"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct PodDNSConfig: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var nameservers: [String] { get { self["nameservers", default: []] } set { self["nameservers", default: []] = newValue } }
  package var options: [PodDNSConfigOption] { get { self["options", default: []] } set { self["options", default: []] = newValue } }
  package var searches: [String] { get { self["searches", default: []] } set { self["searches", default: []] = newValue } }
}

package struct PodDNSConfigOption: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var value: String? { get { self["value"] } set { self["value"] = newValue } }
}

package struct PodExtendedResourceClaimStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var requestMappings: [ContainerExtendedResourceRequest] { get { self["requestMappings", default: []] } set { self["requestMappings", default: []] = newValue } }
  package var resourceClaimName: String { get { self["resourceClaimName", default: ""] } set { self["resourceClaimName", default: ""] = newValue } }
}

package struct PodIP: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var ip: String { get { self["ip", default: ""] } set { self["ip", default: ""] = newValue } }
}

package struct PodOS: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}

package struct PodReadinessGate: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var conditionType: String { get { self["conditionType", default: ""] } set { self["conditionType", default: ""] = newValue } }
}

package struct PodResourceClaim: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var resourceClaimName: String? { get { self["resourceClaimName"] } set { self["resourceClaimName"] = newValue } }
  package var resourceClaimTemplateName: String? { get { self["resourceClaimTemplateName"] } set { self["resourceClaimTemplateName"] = newValue } }
}

package struct PodResourceClaimStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var resourceClaimName: String? { get { self["resourceClaimName"] } set { self["resourceClaimName"] = newValue } }
}

package struct PodSchedulingGate: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}

package struct PodSchedulingGroup: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var podGroupName: String? { get { self["podGroupName"] } set { self["podGroupName"] = newValue } }
}

package struct PodSecurityContext: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var appArmorProfile: AppArmorProfile? { get { self["appArmorProfile"] } set { self["appArmorProfile"] = newValue } }
  package var fsGroup: Int? { get { self["fsGroup"] } set { self["fsGroup"] = newValue } }
  package var fsGroupChangePolicy: String? { get { self["fsGroupChangePolicy"] } set { self["fsGroupChangePolicy"] = newValue } }
  package var runAsGroup: Int? { get { self["runAsGroup"] } set { self["runAsGroup"] = newValue } }
  package var runAsNonRoot: Bool? { get { self["runAsNonRoot"] } set { self["runAsNonRoot"] = newValue } }
  package var runAsUser: Int? { get { self["runAsUser"] } set { self["runAsUser"] = newValue } }
  package var seLinuxChangePolicy: String? { get { self["seLinuxChangePolicy"] } set { self["seLinuxChangePolicy"] = newValue } }
  package var seLinuxOptions: SELinuxOptions? { get { self["seLinuxOptions"] } set { self["seLinuxOptions"] = newValue } }
  package var seccompProfile: SeccompProfile? { get { self["seccompProfile"] } set { self["seccompProfile"] = newValue } }
  package var supplementalGroups: [Int] { get { self["supplementalGroups", default: []] } set { self["supplementalGroups", default: []] = newValue } }
  package var supplementalGroupsPolicy: String? { get { self["supplementalGroupsPolicy"] } set { self["supplementalGroupsPolicy"] = newValue } }
  package var sysctls: [Sysctl] { get { self["sysctls", default: []] } set { self["sysctls", default: []] = newValue } }
  package var windowsOptions: WindowsSecurityContextOptions? { get { self["windowsOptions"] } set { self["windowsOptions"] = newValue } }
}

package struct PodSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var activeDeadlineSeconds: Int? { get { self["activeDeadlineSeconds"] } set { self["activeDeadlineSeconds"] = newValue } }
  package var affinity: Affinity? { get { self["affinity"] } set { self["affinity"] = newValue } }
  package var automountServiceAccountToken: Bool? { get { self["automountServiceAccountToken"] } set { self["automountServiceAccountToken"] = newValue } }
  package var containers: [Container] { get { self["containers", default: []] } set { self["containers", default: []] = newValue } }
  package var dnsConfig: PodDNSConfig? { get { self["dnsConfig"] } set { self["dnsConfig"] = newValue } }
  package var dnsPolicy: String? { get { self["dnsPolicy"] } set { self["dnsPolicy"] = newValue } }
  package var enableServiceLinks: Bool? { get { self["enableServiceLinks"] } set { self["enableServiceLinks"] = newValue } }
  package var ephemeralContainers: [EphemeralContainer] { get { self["ephemeralContainers", default: []] } set { self["ephemeralContainers", default: []] = newValue } }
  package var hostAliases: [HostAlias] { get { self["hostAliases", default: []] } set { self["hostAliases", default: []] = newValue } }
  package var hostIPC: Bool? { get { self["hostIPC"] } set { self["hostIPC"] = newValue } }
  package var hostNetwork: Bool? { get { self["hostNetwork"] } set { self["hostNetwork"] = newValue } }
  package var hostPID: Bool? { get { self["hostPID"] } set { self["hostPID"] = newValue } }
  package var hostUsers: Bool? { get { self["hostUsers"] } set { self["hostUsers"] = newValue } }
  package var hostname: String? { get { self["hostname"] } set { self["hostname"] = newValue } }
  package var hostnameOverride: String? { get { self["hostnameOverride"] } set { self["hostnameOverride"] = newValue } }
  package var imagePullSecrets: [LocalObjectReference] { get { self["imagePullSecrets", default: []] } set { self["imagePullSecrets", default: []] = newValue } }
  package var initContainers: [Container] { get { self["initContainers", default: []] } set { self["initContainers", default: []] = newValue } }
  package var nodeName: String? { get { self["nodeName"] } set { self["nodeName"] = newValue } }
  package var nodeSelector: [String: String] { get { self["nodeSelector", default: [:]] } set { self["nodeSelector", default: [:]] = newValue } }
  package var os: PodOS? { get { self["os"] } set { self["os"] = newValue } }
  package var overhead: [String: Quantity] { get { self["overhead", default: [:]] } set { self["overhead", default: [:]] = newValue } }
  package var preemptionPolicy: String? { get { self["preemptionPolicy"] } set { self["preemptionPolicy"] = newValue } }
  package var priority: Int? { get { self["priority"] } set { self["priority"] = newValue } }
  package var priorityClassName: String? { get { self["priorityClassName"] } set { self["priorityClassName"] = newValue } }
  package var readinessGates: [PodReadinessGate] { get { self["readinessGates", default: []] } set { self["readinessGates", default: []] = newValue } }
  package var resourceClaims: [PodResourceClaim] { get { self["resourceClaims", default: []] } set { self["resourceClaims", default: []] = newValue } }
  package var resources: ResourceRequirements? { get { self["resources"] } set { self["resources"] = newValue } }
  package var restartPolicy: String? { get { self["restartPolicy"] } set { self["restartPolicy"] = newValue } }
  package var runtimeClassName: String? { get { self["runtimeClassName"] } set { self["runtimeClassName"] = newValue } }
  package var schedulerName: String? { get { self["schedulerName"] } set { self["schedulerName"] = newValue } }
  package var schedulingGates: [PodSchedulingGate] { get { self["schedulingGates", default: []] } set { self["schedulingGates", default: []] = newValue } }
  package var schedulingGroup: PodSchedulingGroup? { get { self["schedulingGroup"] } set { self["schedulingGroup"] = newValue } }
  package var securityContext: PodSecurityContext? { get { self["securityContext"] } set { self["securityContext"] = newValue } }
  package var serviceAccount: String? { get { self["serviceAccount"] } set { self["serviceAccount"] = newValue } }
  package var serviceAccountName: String? { get { self["serviceAccountName"] } set { self["serviceAccountName"] = newValue } }
  package var setHostnameAsFQDN: Bool? { get { self["setHostnameAsFQDN"] } set { self["setHostnameAsFQDN"] = newValue } }
  package var shareProcessNamespace: Bool? { get { self["shareProcessNamespace"] } set { self["shareProcessNamespace"] = newValue } }
  package var subdomain: String? { get { self["subdomain"] } set { self["subdomain"] = newValue } }
  package var terminationGracePeriodSeconds: Int? { get { self["terminationGracePeriodSeconds"] } set { self["terminationGracePeriodSeconds"] = newValue } }
  package var tolerations: [Toleration] { get { self["tolerations", default: []] } set { self["tolerations", default: []] = newValue } }
  package var topologySpreadConstraints: [TopologySpreadConstraint] { get { self["topologySpreadConstraints", default: []] } set { self["topologySpreadConstraints", default: []] = newValue } }
  package var volumes: [Volume] { get { self["volumes", default: []] } set { self["volumes", default: []] = newValue } }
}

package struct PodStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var allocatedResources: [String: Quantity] { get { self["allocatedResources", default: [:]] } set { self["allocatedResources", default: [:]] = newValue } }
  package var conditions: [PodCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var containerStatuses: [ContainerStatus] { get { self["containerStatuses", default: []] } set { self["containerStatuses", default: []] = newValue } }
  package var ephemeralContainerStatuses: [ContainerStatus] { get { self["ephemeralContainerStatuses", default: []] } set { self["ephemeralContainerStatuses", default: []] = newValue } }
  package var extendedResourceClaimStatus: PodExtendedResourceClaimStatus? { get { self["extendedResourceClaimStatus"] } set { self["extendedResourceClaimStatus"] = newValue } }
  package var hostIP: String? { get { self["hostIP"] } set { self["hostIP"] = newValue } }
  package var hostIPs: [HostIP] { get { self["hostIPs", default: []] } set { self["hostIPs", default: []] = newValue } }
  package var initContainerStatuses: [ContainerStatus] { get { self["initContainerStatuses", default: []] } set { self["initContainerStatuses", default: []] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var nodeAllocatableResourceClaimStatuses: [NodeAllocatableResourceClaimStatus] { get { self["nodeAllocatableResourceClaimStatuses", default: []] } set { self["nodeAllocatableResourceClaimStatuses", default: []] = newValue } }
  package var nominatedNodeName: String? { get { self["nominatedNodeName"] } set { self["nominatedNodeName"] = newValue } }
  package var observedGeneration: Int? { get { self["observedGeneration"] } set { self["observedGeneration"] = newValue } }
  package var phase: String? { get { self["phase"] } set { self["phase"] = newValue } }
  package var podIP: String? { get { self["podIP"] } set { self["podIP"] = newValue } }
  package var podIPs: [PodIP] { get { self["podIPs", default: []] } set { self["podIPs", default: []] = newValue } }
  package var qosClass: String? { get { self["qosClass"] } set { self["qosClass"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var resize: String? { get { self["resize"] } set { self["resize"] = newValue } }
  package var resourceClaimStatuses: [PodResourceClaimStatus] { get { self["resourceClaimStatuses", default: []] } set { self["resourceClaimStatuses", default: []] = newValue } }
  package var resources: ResourceRequirements? { get { self["resources"] } set { self["resources"] = newValue } }
  package var startTime: Timestamp? { get { self["startTime"] } set { self["startTime"] = newValue } }
}

package struct PodTemplate: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var template: PodTemplateSpec { get { self[view: "template"] } set { self[view: "template"] = newValue } _modify { yield &self[view: "template"] } }
}

package struct PodTemplateSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: PodSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
}

package struct PortStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var error: String? { get { self["error"] } set { self["error"] = newValue } }
  package var port: Int { get { self["port"] ?? 0 } set { self["port"] = newValue as Int? } }
  package var `protocol`: String { get { self["protocol", default: ""] } set { self["protocol", default: ""] = newValue } }
}

package struct PreferredSchedulingTerm: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var preference: NodeSelectorTerm { get { self[view: "preference"] } set { self[view: "preference"] = newValue } _modify { yield &self[view: "preference"] } }
  package var weight: Int { get { self["weight"] ?? 0 } set { self["weight"] = newValue as Int? } }
}

package struct Probe: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var exec: ExecAction? { get { self["exec"] } set { self["exec"] = newValue } }
  package var failureThreshold: Int? { get { self["failureThreshold"] } set { self["failureThreshold"] = newValue } }
  package var grpc: GRPCAction? { get { self["grpc"] } set { self["grpc"] = newValue } }
  package var httpGet: HTTPGetAction? { get { self["httpGet"] } set { self["httpGet"] = newValue } }
  package var initialDelaySeconds: Int? { get { self["initialDelaySeconds"] } set { self["initialDelaySeconds"] = newValue } }
  package var periodSeconds: Int? { get { self["periodSeconds"] } set { self["periodSeconds"] = newValue } }
  package var successThreshold: Int? { get { self["successThreshold"] } set { self["successThreshold"] = newValue } }
  package var tcpSocket: TCPSocketAction? { get { self["tcpSocket"] } set { self["tcpSocket"] = newValue } }
  package var terminationGracePeriodSeconds: Int? { get { self["terminationGracePeriodSeconds"] } set { self["terminationGracePeriodSeconds"] = newValue } }
  package var timeoutSeconds: Int? { get { self["timeoutSeconds"] } set { self["timeoutSeconds"] = newValue } }
}

package struct ProjectedVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var defaultMode: Int? { get { self["defaultMode"] } set { self["defaultMode"] = newValue } }
  package var sources: [VolumeProjection] { get { self["sources", default: []] } set { self["sources", default: []] = newValue } }
}

package struct ReplicationController: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: ReplicationControllerSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: ReplicationControllerStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct ReplicationControllerCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct ReplicationControllerSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var minReadySeconds: Int? { get { self["minReadySeconds"] } set { self["minReadySeconds"] = newValue } }
  package var replicas: Int? { get { self["replicas"] } set { self["replicas"] = newValue } }
  package var selector: [String: String] { get { self["selector", default: [:]] } set { self["selector", default: [:]] = newValue } }
  package var template: PodTemplateSpec { get { self[view: "template"] } set { self[view: "template"] = newValue } _modify { yield &self[view: "template"] } }
}

package struct ReplicationControllerStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var availableReplicas: Int? { get { self["availableReplicas"] } set { self["availableReplicas"] = newValue } }
  package var conditions: [ReplicationControllerCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var fullyLabeledReplicas: Int? { get { self["fullyLabeledReplicas"] } set { self["fullyLabeledReplicas"] = newValue } }
  package var observedGeneration: Int? { get { self["observedGeneration"] } set { self["observedGeneration"] = newValue } }
  package var readyReplicas: Int? { get { self["readyReplicas"] } set { self["readyReplicas"] = newValue } }
  package var replicas: Int { get { self["replicas"] ?? 0 } set { self["replicas"] = newValue as Int? } }
}

package struct ResourceClaim: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var request: String? { get { self["request"] } set { self["request"] = newValue } }
}

package struct ResourceFieldSelector: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var containerName: String? { get { self["containerName"] } set { self["containerName"] = newValue } }
  package var divisor: Quantity? { get { self["divisor"] } set { self["divisor"] = newValue } }
  package var resource: String { get { self["resource", default: ""] } set { self["resource", default: ""] = newValue } }
}

package struct ResourceHealth: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var health: String? { get { self["health"] } set { self["health"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var resourceID: String { get { self["resourceID", default: ""] } set { self["resourceID", default: ""] = newValue } }
}

package struct ResourceQuota: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: ResourceQuotaSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: ResourceQuotaStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct ResourceQuotaSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var hard: [String: Quantity] { get { self["hard", default: [:]] } set { self["hard", default: [:]] = newValue } }
  package var scopeSelector: ScopeSelector? { get { self["scopeSelector"] } set { self["scopeSelector"] = newValue } }
  package var scopes: [String] { get { self["scopes", default: []] } set { self["scopes", default: []] = newValue } }
}

package struct ResourceQuotaStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var hard: [String: Quantity] { get { self["hard", default: [:]] } set { self["hard", default: [:]] = newValue } }
  package var used: [String: Quantity] { get { self["used", default: [:]] } set { self["used", default: [:]] = newValue } }
}

package struct ResourceRequirements: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var claims: [ResourceClaim] { get { self["claims", default: []] } set { self["claims", default: []] = newValue } }
  package var limits: [String: Quantity] { get { self["limits", default: [:]] } set { self["limits", default: [:]] = newValue } }
  package var requests: [String: Quantity] { get { self["requests", default: [:]] } set { self["requests", default: [:]] = newValue } }
}

package struct ResourceStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var resources: [ResourceHealth] { get { self["resources", default: []] } set { self["resources", default: []] = newValue } }
}

package struct SELinuxOptions: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var level: String? { get { self["level"] } set { self["level"] = newValue } }
  package var role: String? { get { self["role"] } set { self["role"] = newValue } }
  package var type: String? { get { self["type"] } set { self["type"] = newValue } }
  package var user: String? { get { self["user"] } set { self["user"] = newValue } }
}

package struct ScopeSelector: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var matchExpressions: [ScopedResourceSelectorRequirement] { get { self["matchExpressions", default: []] } set { self["matchExpressions", default: []] = newValue } }
}

package struct ScopedResourceSelectorRequirement: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var `operator`: String { get { self["operator", default: ""] } set { self["operator", default: ""] = newValue } }
  package var scopeName: String { get { self["scopeName", default: ""] } set { self["scopeName", default: ""] = newValue } }
  package var values: [String] { get { self["values", default: []] } set { self["values", default: []] = newValue } }
}

package struct SeccompProfile: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var localhostProfile: String? { get { self["localhostProfile"] } set { self["localhostProfile"] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct Secret: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var data: [String: String] { get { self["data", default: [:]] } set { self["data", default: [:]] = newValue } }
  package var immutable: Bool? { get { self["immutable"] } set { self["immutable"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var stringData: [String: String] { get { self["stringData", default: [:]] } set { self["stringData", default: [:]] = newValue } }
  package var type: String? { get { self["type"] } set { self["type"] = newValue } }
}

package struct SecretEnvSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var optional: Bool? { get { self["optional"] } set { self["optional"] = newValue } }
}

package struct SecretKeySelector: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var key: String { get { self["key", default: ""] } set { self["key", default: ""] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var optional: Bool? { get { self["optional"] } set { self["optional"] = newValue } }
}

package struct SecretProjection: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var items: [KeyToPath] { get { self["items", default: []] } set { self["items", default: []] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var optional: Bool? { get { self["optional"] } set { self["optional"] = newValue } }
}

package struct SecretVolumeSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var defaultMode: Int? { get { self["defaultMode"] } set { self["defaultMode"] = newValue } }
  package var items: [KeyToPath] { get { self["items", default: []] } set { self["items", default: []] = newValue } }
  package var optional: Bool? { get { self["optional"] } set { self["optional"] = newValue } }
  package var secretName: String? { get { self["secretName"] } set { self["secretName"] = newValue } }
}

package struct SecurityContext: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var allowPrivilegeEscalation: Bool? { get { self["allowPrivilegeEscalation"] } set { self["allowPrivilegeEscalation"] = newValue } }
  package var appArmorProfile: AppArmorProfile? { get { self["appArmorProfile"] } set { self["appArmorProfile"] = newValue } }
  package var capabilities: Capabilities? { get { self["capabilities"] } set { self["capabilities"] = newValue } }
  package var privileged: Bool? { get { self["privileged"] } set { self["privileged"] = newValue } }
  package var procMount: String? { get { self["procMount"] } set { self["procMount"] = newValue } }
  package var readOnlyRootFilesystem: Bool? { get { self["readOnlyRootFilesystem"] } set { self["readOnlyRootFilesystem"] = newValue } }
  package var runAsGroup: Int? { get { self["runAsGroup"] } set { self["runAsGroup"] = newValue } }
  package var runAsNonRoot: Bool? { get { self["runAsNonRoot"] } set { self["runAsNonRoot"] = newValue } }
  package var runAsUser: Int? { get { self["runAsUser"] } set { self["runAsUser"] = newValue } }
  package var seLinuxOptions: SELinuxOptions? { get { self["seLinuxOptions"] } set { self["seLinuxOptions"] = newValue } }
  package var seccompProfile: SeccompProfile? { get { self["seccompProfile"] } set { self["seccompProfile"] = newValue } }
  package var windowsOptions: WindowsSecurityContextOptions? { get { self["windowsOptions"] } set { self["windowsOptions"] = newValue } }
}

package struct Service: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: ServiceSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: ServiceStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct ServiceAccount: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var automountServiceAccountToken: Bool? { get { self["automountServiceAccountToken"] } set { self["automountServiceAccountToken"] = newValue } }
  package var imagePullSecrets: [LocalObjectReference] { get { self["imagePullSecrets", default: []] } set { self["imagePullSecrets", default: []] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var secrets: [ObjectReference] { get { self["secrets", default: []] } set { self["secrets", default: []] = newValue } }
}

package struct ServiceAccountTokenProjection: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var audience: String? { get { self["audience"] } set { self["audience"] = newValue } }
  package var expirationSeconds: Int? { get { self["expirationSeconds"] } set { self["expirationSeconds"] = newValue } }
  package var path: String { get { self["path", default: ""] } set { self["path", default: ""] = newValue } }
}

package struct ServicePort: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var appProtocol: String? { get { self["appProtocol"] } set { self["appProtocol"] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var nodePort: Int? { get { self["nodePort"] } set { self["nodePort"] = newValue } }
  package var port: Int { get { self["port"] ?? 0 } set { self["port"] = newValue as Int? } }
  package var `protocol`: String? { get { self["protocol"] } set { self["protocol"] = newValue } }
  package var targetPort: IntOrString? { get { self["targetPort"] } set { self["targetPort"] = newValue } }
}

package struct ServiceSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var allocateLoadBalancerNodePorts: Bool? { get { self["allocateLoadBalancerNodePorts"] } set { self["allocateLoadBalancerNodePorts"] = newValue } }
  package var clusterIP: String? { get { self["clusterIP"] } set { self["clusterIP"] = newValue } }
  package var clusterIPs: [String] { get { self["clusterIPs", default: []] } set { self["clusterIPs", default: []] = newValue } }
  package var externalIPs: [String] { get { self["externalIPs", default: []] } set { self["externalIPs", default: []] = newValue } }
  package var externalName: String? { get { self["externalName"] } set { self["externalName"] = newValue } }
  package var externalTrafficPolicy: String? { get { self["externalTrafficPolicy"] } set { self["externalTrafficPolicy"] = newValue } }
  package var healthCheckNodePort: Int? { get { self["healthCheckNodePort"] } set { self["healthCheckNodePort"] = newValue } }
  package var internalTrafficPolicy: String? { get { self["internalTrafficPolicy"] } set { self["internalTrafficPolicy"] = newValue } }
  package var ipFamilies: [String] { get { self["ipFamilies", default: []] } set { self["ipFamilies", default: []] = newValue } }
  package var ipFamilyPolicy: String? { get { self["ipFamilyPolicy"] } set { self["ipFamilyPolicy"] = newValue } }
  package var loadBalancerClass: String? { get { self["loadBalancerClass"] } set { self["loadBalancerClass"] = newValue } }
  package var loadBalancerIP: String? { get { self["loadBalancerIP"] } set { self["loadBalancerIP"] = newValue } }
  package var loadBalancerSourceRanges: [String] { get { self["loadBalancerSourceRanges", default: []] } set { self["loadBalancerSourceRanges", default: []] = newValue } }
  package var ports: [ServicePort] { get { self["ports", default: []] } set { self["ports", default: []] = newValue } }
  package var publishNotReadyAddresses: Bool? { get { self["publishNotReadyAddresses"] } set { self["publishNotReadyAddresses"] = newValue } }
  package var selector: [String: String] { get { self["selector", default: [:]] } set { self["selector", default: [:]] = newValue } }
  package var sessionAffinity: String? { get { self["sessionAffinity"] } set { self["sessionAffinity"] = newValue } }
  package var sessionAffinityConfig: SessionAffinityConfig? { get { self["sessionAffinityConfig"] } set { self["sessionAffinityConfig"] = newValue } }
  package var trafficDistribution: String? { get { self["trafficDistribution"] } set { self["trafficDistribution"] = newValue } }
  package var type: String? { get { self["type"] } set { self["type"] = newValue } }
}

package struct ServiceStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var conditions: [Condition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var loadBalancer: LoadBalancerStatus? { get { self["loadBalancer"] } set { self["loadBalancer"] = newValue } }
}

package struct SessionAffinityConfig: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var clientIP: ClientIPConfig? { get { self["clientIP"] } set { self["clientIP"] = newValue } }
}

package struct SleepAction: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var seconds: Int { get { self["seconds"] ?? 0 } set { self["seconds"] = newValue as Int? } }
}

package struct Sysctl: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var value: String { get { self["value", default: ""] } set { self["value", default: ""] = newValue } }
}

package struct TCPSocketAction: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var host: String? { get { self["host"] } set { self["host"] = newValue } }
  package var port: IntOrString? { get { self["port"] } set { self["port"] = newValue } }
}

package struct Taint: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var effect: String { get { self["effect", default: ""] } set { self["effect", default: ""] = newValue } }
  package var key: String { get { self["key", default: ""] } set { self["key", default: ""] = newValue } }
  package var timeAdded: Timestamp? { get { self["timeAdded"] } set { self["timeAdded"] = newValue } }
  package var value: String? { get { self["value"] } set { self["value"] = newValue } }
}

package struct Toleration: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var effect: String? { get { self["effect"] } set { self["effect"] = newValue } }
  package var key: String? { get { self["key"] } set { self["key"] = newValue } }
  package var `operator`: String? { get { self["operator"] } set { self["operator"] = newValue } }
  package var tolerationSeconds: Int? { get { self["tolerationSeconds"] } set { self["tolerationSeconds"] = newValue } }
  package var value: String? { get { self["value"] } set { self["value"] = newValue } }
}

package struct TopologySelectorLabelRequirement: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var key: String { get { self["key", default: ""] } set { self["key", default: ""] = newValue } }
  package var values: [String] { get { self["values", default: []] } set { self["values", default: []] = newValue } }
}

package struct TopologySelectorTerm: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var matchLabelExpressions: [TopologySelectorLabelRequirement] { get { self["matchLabelExpressions", default: []] } set { self["matchLabelExpressions", default: []] = newValue } }
}

package struct TopologySpreadConstraint: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var labelSelector: LabelSelectorView? { get { self["labelSelector"] } set { self["labelSelector"] = newValue } }
  package var matchLabelKeys: [String] { get { self["matchLabelKeys", default: []] } set { self["matchLabelKeys", default: []] = newValue } }
  package var maxSkew: Int { get { self["maxSkew"] ?? 0 } set { self["maxSkew"] = newValue as Int? } }
  package var minDomains: Int? { get { self["minDomains"] } set { self["minDomains"] = newValue } }
  package var nodeAffinityPolicy: String? { get { self["nodeAffinityPolicy"] } set { self["nodeAffinityPolicy"] = newValue } }
  package var nodeTaintsPolicy: String? { get { self["nodeTaintsPolicy"] } set { self["nodeTaintsPolicy"] = newValue } }
  package var topologyKey: String { get { self["topologyKey", default: ""] } set { self["topologyKey", default: ""] = newValue } }
  package var whenUnsatisfiable: String { get { self["whenUnsatisfiable", default: ""] } set { self["whenUnsatisfiable", default: ""] = newValue } }
}

package struct TypedLocalObjectReference: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiGroup: String? { get { self["apiGroup"] } set { self["apiGroup"] = newValue } }
  package var kind: String { get { self["kind", default: ""] } set { self["kind", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}

package struct TypedObjectReference: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiGroup: String? { get { self["apiGroup"] } set { self["apiGroup"] = newValue } }
  package var kind: String { get { self["kind", default: ""] } set { self["kind", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var namespace: String? { get { self["namespace"] } set { self["namespace"] = newValue } }
}

package struct Volume: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var awsElasticBlockStore: Document? { get { self["awsElasticBlockStore"] } set { self["awsElasticBlockStore"] = newValue } }
  package var azureDisk: Document? { get { self["azureDisk"] } set { self["azureDisk"] = newValue } }
  package var azureFile: Document? { get { self["azureFile"] } set { self["azureFile"] = newValue } }
  package var cephfs: Document? { get { self["cephfs"] } set { self["cephfs"] = newValue } }
  package var cinder: Document? { get { self["cinder"] } set { self["cinder"] = newValue } }
  package var configMap: ConfigMapVolumeSource? { get { self["configMap"] } set { self["configMap"] = newValue } }
  package var csi: Document? { get { self["csi"] } set { self["csi"] = newValue } }
  package var downwardAPI: DownwardAPIVolumeSource? { get { self["downwardAPI"] } set { self["downwardAPI"] = newValue } }
  package var emptyDir: EmptyDirVolumeSource? { get { self["emptyDir"] } set { self["emptyDir"] = newValue } }
  package var ephemeral: EphemeralVolumeSource? { get { self["ephemeral"] } set { self["ephemeral"] = newValue } }
  package var fc: Document? { get { self["fc"] } set { self["fc"] = newValue } }
  package var flexVolume: Document? { get { self["flexVolume"] } set { self["flexVolume"] = newValue } }
  package var flocker: Document? { get { self["flocker"] } set { self["flocker"] = newValue } }
  package var gcePersistentDisk: Document? { get { self["gcePersistentDisk"] } set { self["gcePersistentDisk"] = newValue } }
  package var gitRepo: Document? { get { self["gitRepo"] } set { self["gitRepo"] = newValue } }
  package var glusterfs: Document? { get { self["glusterfs"] } set { self["glusterfs"] = newValue } }
  package var hostPath: HostPathVolumeSource? { get { self["hostPath"] } set { self["hostPath"] = newValue } }
  package var image: ImageVolumeSource? { get { self["image"] } set { self["image"] = newValue } }
  package var iscsi: Document? { get { self["iscsi"] } set { self["iscsi"] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var nfs: NFSVolumeSource? { get { self["nfs"] } set { self["nfs"] = newValue } }
  package var persistentVolumeClaim: PersistentVolumeClaimVolumeSource? { get { self["persistentVolumeClaim"] } set { self["persistentVolumeClaim"] = newValue } }
  package var photonPersistentDisk: Document? { get { self["photonPersistentDisk"] } set { self["photonPersistentDisk"] = newValue } }
  package var portworxVolume: Document? { get { self["portworxVolume"] } set { self["portworxVolume"] = newValue } }
  package var projected: ProjectedVolumeSource? { get { self["projected"] } set { self["projected"] = newValue } }
  package var quobyte: Document? { get { self["quobyte"] } set { self["quobyte"] = newValue } }
  package var rbd: Document? { get { self["rbd"] } set { self["rbd"] = newValue } }
  package var scaleIO: Document? { get { self["scaleIO"] } set { self["scaleIO"] = newValue } }
  package var secret: SecretVolumeSource? { get { self["secret"] } set { self["secret"] = newValue } }
  package var storageos: Document? { get { self["storageos"] } set { self["storageos"] = newValue } }
  package var vsphereVolume: Document? { get { self["vsphereVolume"] } set { self["vsphereVolume"] = newValue } }
}

package struct VolumeDevice: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var devicePath: String { get { self["devicePath", default: ""] } set { self["devicePath", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}

package struct VolumeMount: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var mountPath: String { get { self["mountPath", default: ""] } set { self["mountPath", default: ""] = newValue } }
  package var mountPropagation: String? { get { self["mountPropagation"] } set { self["mountPropagation"] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var readOnly: Bool? { get { self["readOnly"] } set { self["readOnly"] = newValue } }
  package var recursiveReadOnly: String? { get { self["recursiveReadOnly"] } set { self["recursiveReadOnly"] = newValue } }
  package var subPath: String? { get { self["subPath"] } set { self["subPath"] = newValue } }
  package var subPathExpr: String? { get { self["subPathExpr"] } set { self["subPathExpr"] = newValue } }
}

package struct VolumeMountStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var mountPath: String { get { self["mountPath", default: ""] } set { self["mountPath", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var readOnly: Bool? { get { self["readOnly"] } set { self["readOnly"] = newValue } }
  package var recursiveReadOnly: String? { get { self["recursiveReadOnly"] } set { self["recursiveReadOnly"] = newValue } }
  package var volumeStatus: VolumeStatus? { get { self["volumeStatus"] } set { self["volumeStatus"] = newValue } }
}

package struct VolumeNodeAffinity: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var required: NodeSelector? { get { self["required"] } set { self["required"] = newValue } }
}

package struct VolumeProjection: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var clusterTrustBundle: ClusterTrustBundleProjection? { get { self["clusterTrustBundle"] } set { self["clusterTrustBundle"] = newValue } }
  package var configMap: ConfigMapProjection? { get { self["configMap"] } set { self["configMap"] = newValue } }
  package var downwardAPI: DownwardAPIProjection? { get { self["downwardAPI"] } set { self["downwardAPI"] = newValue } }
  package var podCertificate: PodCertificateProjection? { get { self["podCertificate"] } set { self["podCertificate"] = newValue } }
  package var secret: SecretProjection? { get { self["secret"] } set { self["secret"] = newValue } }
  package var serviceAccountToken: ServiceAccountTokenProjection? { get { self["serviceAccountToken"] } set { self["serviceAccountToken"] = newValue } }
}

package struct VolumeResourceRequirements: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var limits: [String: Quantity] { get { self["limits", default: [:]] } set { self["limits", default: [:]] = newValue } }
  package var requests: [String: Quantity] { get { self["requests", default: [:]] } set { self["requests", default: [:]] = newValue } }
}

package struct VolumeStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var image: ImageVolumeStatus? { get { self["image"] } set { self["image"] = newValue } }
}

package struct WeightedPodAffinityTerm: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var podAffinityTerm: PodAffinityTerm { get { self[view: "podAffinityTerm"] } set { self[view: "podAffinityTerm"] = newValue } _modify { yield &self[view: "podAffinityTerm"] } }
  package var weight: Int { get { self["weight"] ?? 0 } set { self["weight"] = newValue as Int? } }
}

package struct WindowsSecurityContextOptions: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var gmsaCredentialSpec: String? { get { self["gmsaCredentialSpec"] } set { self["gmsaCredentialSpec"] = newValue } }
  package var gmsaCredentialSpecName: String? { get { self["gmsaCredentialSpecName"] } set { self["gmsaCredentialSpecName"] = newValue } }
  package var hostProcess: Bool? { get { self["hostProcess"] } set { self["hostProcess"] = newValue } }
  package var runAsUserName: String? { get { self["runAsUserName"] } set { self["runAsUserName"] = newValue } }
}
