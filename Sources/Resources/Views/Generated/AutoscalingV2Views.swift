// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package import Foundations

package struct ContainerResourceMetricSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var container: String { get { self["container", default: ""] } set { self["container", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var target: MetricTarget { get { self[view: "target"] } set { self[view: "target"] = newValue } _modify { yield &self[view: "target"] } }
}

package struct ContainerResourceMetricStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var container: String { get { self["container", default: ""] } set { self["container", default: ""] = newValue } }
  package var current: MetricValueStatus { get { self[view: "current"] } set { self[view: "current"] = newValue } _modify { yield &self[view: "current"] } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}

package struct CrossVersionObjectReference: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String { get { self["kind", default: ""] } set { self["kind", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}

package struct ExternalMetricSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var metric: MetricIdentifier { get { self[view: "metric"] } set { self[view: "metric"] = newValue } _modify { yield &self[view: "metric"] } }
  package var target: MetricTarget { get { self[view: "target"] } set { self[view: "target"] = newValue } _modify { yield &self[view: "target"] } }
}

package struct ExternalMetricStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var current: MetricValueStatus { get { self[view: "current"] } set { self[view: "current"] = newValue } _modify { yield &self[view: "current"] } }
  package var metric: MetricIdentifier { get { self[view: "metric"] } set { self[view: "metric"] = newValue } _modify { yield &self[view: "metric"] } }
}

package struct HPAScalingPolicy: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var periodSeconds: Int { get { self["periodSeconds"] ?? 0 } set { self["periodSeconds"] = newValue as Int? } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
  package var value: Int { get { self["value"] ?? 0 } set { self["value"] = newValue as Int? } }
}

package struct HPAScalingRules: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var policies: [HPAScalingPolicy] { get { self["policies", default: []] } set { self["policies", default: []] = newValue } }
  package var selectPolicy: String? { get { self["selectPolicy"] } set { self["selectPolicy"] = newValue } }
  package var stabilizationWindowSeconds: Int? { get { self["stabilizationWindowSeconds"] } set { self["stabilizationWindowSeconds"] = newValue } }
  package var tolerance: Quantity? { get { self["tolerance"] } set { self["tolerance"] = newValue } }
}

package struct HorizontalPodAutoscaler: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: HorizontalPodAutoscalerSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: HorizontalPodAutoscalerStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct HorizontalPodAutoscalerBehavior: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var scaleDown: HPAScalingRules? { get { self["scaleDown"] } set { self["scaleDown"] = newValue } }
  package var scaleUp: HPAScalingRules? { get { self["scaleUp"] } set { self["scaleUp"] = newValue } }
}

package struct HorizontalPodAutoscalerCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct HorizontalPodAutoscalerSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var behavior: HorizontalPodAutoscalerBehavior? { get { self["behavior"] } set { self["behavior"] = newValue } }
  package var maxReplicas: Int { get { self["maxReplicas"] ?? 0 } set { self["maxReplicas"] = newValue as Int? } }
  package var metrics: [MetricSpec] { get { self["metrics", default: []] } set { self["metrics", default: []] = newValue } }
  package var minReplicas: Int? { get { self["minReplicas"] } set { self["minReplicas"] = newValue } }
  package var scaleTargetRef: CrossVersionObjectReference { get { self[view: "scaleTargetRef"] } set { self[view: "scaleTargetRef"] = newValue } _modify { yield &self[view: "scaleTargetRef"] } }
}

package struct HorizontalPodAutoscalerStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var conditions: [HorizontalPodAutoscalerCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var currentMetrics: [MetricStatus] { get { self["currentMetrics", default: []] } set { self["currentMetrics", default: []] = newValue } }
  package var currentReplicas: Int? { get { self["currentReplicas"] } set { self["currentReplicas"] = newValue } }
  package var desiredReplicas: Int { get { self["desiredReplicas"] ?? 0 } set { self["desiredReplicas"] = newValue as Int? } }
  package var lastScaleTime: Timestamp? { get { self["lastScaleTime"] } set { self["lastScaleTime"] = newValue } }
  package var observedGeneration: Int? { get { self["observedGeneration"] } set { self["observedGeneration"] = newValue } }
}

package struct MetricIdentifier: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var selector: LabelSelectorView? { get { self["selector"] } set { self["selector"] = newValue } }
}

package struct MetricSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var containerResource: ContainerResourceMetricSource? { get { self["containerResource"] } set { self["containerResource"] = newValue } }
  package var external: ExternalMetricSource? { get { self["external"] } set { self["external"] = newValue } }
  package var object: ObjectMetricSource? { get { self["object"] } set { self["object"] = newValue } }
  package var pods: PodsMetricSource? { get { self["pods"] } set { self["pods"] = newValue } }
  package var resource: ResourceMetricSource? { get { self["resource"] } set { self["resource"] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct MetricStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var containerResource: ContainerResourceMetricStatus? { get { self["containerResource"] } set { self["containerResource"] = newValue } }
  package var external: ExternalMetricStatus? { get { self["external"] } set { self["external"] = newValue } }
  package var object: ObjectMetricStatus? { get { self["object"] } set { self["object"] = newValue } }
  package var pods: PodsMetricStatus? { get { self["pods"] } set { self["pods"] = newValue } }
  package var resource: ResourceMetricStatus? { get { self["resource"] } set { self["resource"] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct MetricTarget: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var averageUtilization: Int? { get { self["averageUtilization"] } set { self["averageUtilization"] = newValue } }
  package var averageValue: Quantity? { get { self["averageValue"] } set { self["averageValue"] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
  package var value: Quantity? { get { self["value"] } set { self["value"] = newValue } }
}

package struct MetricValueStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var averageUtilization: Int? { get { self["averageUtilization"] } set { self["averageUtilization"] = newValue } }
  package var averageValue: Quantity? { get { self["averageValue"] } set { self["averageValue"] = newValue } }
  package var value: Quantity? { get { self["value"] } set { self["value"] = newValue } }
}

package struct ObjectMetricSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var describedObject: CrossVersionObjectReference { get { self[view: "describedObject"] } set { self[view: "describedObject"] = newValue } _modify { yield &self[view: "describedObject"] } }
  package var metric: MetricIdentifier { get { self[view: "metric"] } set { self[view: "metric"] = newValue } _modify { yield &self[view: "metric"] } }
  package var target: MetricTarget { get { self[view: "target"] } set { self[view: "target"] = newValue } _modify { yield &self[view: "target"] } }
}

package struct ObjectMetricStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var current: MetricValueStatus { get { self[view: "current"] } set { self[view: "current"] = newValue } _modify { yield &self[view: "current"] } }
  package var describedObject: CrossVersionObjectReference { get { self[view: "describedObject"] } set { self[view: "describedObject"] = newValue } _modify { yield &self[view: "describedObject"] } }
  package var metric: MetricIdentifier { get { self[view: "metric"] } set { self[view: "metric"] = newValue } _modify { yield &self[view: "metric"] } }
}

package struct PodsMetricSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var metric: MetricIdentifier { get { self[view: "metric"] } set { self[view: "metric"] = newValue } _modify { yield &self[view: "metric"] } }
  package var target: MetricTarget { get { self[view: "target"] } set { self[view: "target"] = newValue } _modify { yield &self[view: "target"] } }
}

package struct PodsMetricStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var current: MetricValueStatus { get { self[view: "current"] } set { self[view: "current"] = newValue } _modify { yield &self[view: "current"] } }
  package var metric: MetricIdentifier { get { self[view: "metric"] } set { self[view: "metric"] = newValue } _modify { yield &self[view: "metric"] } }
}

package struct ResourceMetricSource: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var target: MetricTarget { get { self[view: "target"] } set { self[view: "target"] = newValue } _modify { yield &self[view: "target"] } }
}

package struct ResourceMetricStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var current: MetricValueStatus { get { self[view: "current"] } set { self[view: "current"] = newValue } _modify { yield &self[view: "current"] } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}
