// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package import Foundations

package struct Eviction: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var deleteOptions: DeleteOptionsView? { get { self["deleteOptions"] } set { self["deleteOptions"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
}

package struct PodDisruptionBudget: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: PodDisruptionBudgetSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: PodDisruptionBudgetStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct PodDisruptionBudgetSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var maxUnavailable: IntOrString? { get { self["maxUnavailable"] } set { self["maxUnavailable"] = newValue } }
  package var minAvailable: IntOrString? { get { self["minAvailable"] } set { self["minAvailable"] = newValue } }
  package var selector: LabelSelectorView? { get { self["selector"] } set { self["selector"] = newValue } }
  package var unhealthyPodEvictionPolicy: String? { get { self["unhealthyPodEvictionPolicy"] } set { self["unhealthyPodEvictionPolicy"] = newValue } }
}

package struct PodDisruptionBudgetStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var conditions: [Condition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var currentHealthy: Int? { get { self["currentHealthy"] } set { self["currentHealthy"] = newValue } }
  package var desiredHealthy: Int? { get { self["desiredHealthy"] } set { self["desiredHealthy"] = newValue } }
  package var disruptedPods: [String: Timestamp] { get { self["disruptedPods", default: [:]] } set { self["disruptedPods", default: [:]] = newValue } }
  package var disruptionsAllowed: Int? { get { self["disruptionsAllowed"] } set { self["disruptionsAllowed"] = newValue } }
  package var expectedPods: Int? { get { self["expectedPods"] } set { self["expectedPods"] = newValue } }
  package var observedGeneration: Int? { get { self["observedGeneration"] } set { self["observedGeneration"] = newValue } }
}
