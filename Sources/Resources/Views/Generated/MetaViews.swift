// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package import Foundations

package struct Condition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String { get { self["message", default: ""] } set { self["message", default: ""] = newValue } }
  package var observedGeneration: Int? { get { self["observedGeneration"] } set { self["observedGeneration"] = newValue } }
  package var reason: String { get { self["reason", default: ""] } set { self["reason", default: ""] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct DeleteOptionsView: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var dryRun: [String] { get { self["dryRun", default: []] } set { self["dryRun", default: []] = newValue } }
  package var gracePeriodSeconds: Int? { get { self["gracePeriodSeconds"] } set { self["gracePeriodSeconds"] = newValue } }
  package var ignoreStoreReadErrorWithClusterBreakingPotential: Bool? { get { self["ignoreStoreReadErrorWithClusterBreakingPotential"] } set { self["ignoreStoreReadErrorWithClusterBreakingPotential"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var orphanDependents: Bool? { get { self["orphanDependents"] } set { self["orphanDependents"] = newValue } }
  package var preconditions: Preconditions? { get { self["preconditions"] } set { self["preconditions"] = newValue } }
  package var propagationPolicy: String? { get { self["propagationPolicy"] } set { self["propagationPolicy"] = newValue } }
}

package struct FieldSelectorRequirement: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var key: String { get { self["key", default: ""] } set { self["key", default: ""] = newValue } }
  package var `operator`: String { get { self["operator", default: ""] } set { self["operator", default: ""] = newValue } }
  package var values: [String] { get { self["values", default: []] } set { self["values", default: []] = newValue } }
}

package struct LabelSelectorView: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var matchExpressions: [LabelSelectorRequirement] { get { self["matchExpressions", default: []] } set { self["matchExpressions", default: []] = newValue } }
  package var matchLabels: [String: String] { get { self["matchLabels", default: [:]] } set { self["matchLabels", default: [:]] = newValue } }
}

package struct LabelSelectorRequirement: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var key: String { get { self["key", default: ""] } set { self["key", default: ""] = newValue } }
  package var `operator`: String { get { self["operator", default: ""] } set { self["operator", default: ""] = newValue } }
  package var values: [String] { get { self["values", default: []] } set { self["values", default: []] = newValue } }
}

package struct ObjectMeta: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var annotations: [String: String] { get { self["annotations", default: [:]] } set { self["annotations", default: [:]] = newValue } }
  package var creationTimestamp: Timestamp? { get { self["creationTimestamp"] } set { self["creationTimestamp"] = newValue } }
  package var deletionGracePeriodSeconds: Int? { get { self["deletionGracePeriodSeconds"] } set { self["deletionGracePeriodSeconds"] = newValue } }
  package var deletionTimestamp: Timestamp? { get { self["deletionTimestamp"] } set { self["deletionTimestamp"] = newValue } }
  package var finalizers: [String] { get { self["finalizers", default: []] } set { self["finalizers", default: []] = newValue } }
  package var generateName: String? { get { self["generateName"] } set { self["generateName"] = newValue } }
  package var generation: Int? { get { self["generation"] } set { self["generation"] = newValue } }
  package var labels: [String: String] { get { self["labels", default: [:]] } set { self["labels", default: [:]] = newValue } }
  package var managedFields: [Document] { get { self["managedFields", default: []] } set { self["managedFields", default: []] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var namespace: String? { get { self["namespace"] } set { self["namespace"] = newValue } }
  package var ownerReferences: [OwnerReference] { get { self["ownerReferences", default: []] } set { self["ownerReferences", default: []] = newValue } }
  package var resourceVersion: String? { get { self["resourceVersion"] } set { self["resourceVersion"] = newValue } }
  package var selfLink: String? { get { self["selfLink"] } set { self["selfLink"] = newValue } }
  package var uid: String? { get { self["uid"] } set { self["uid"] = newValue } }
}

package struct OwnerReference: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String { get { self["apiVersion", default: ""] } set { self["apiVersion", default: ""] = newValue } }
  package var blockOwnerDeletion: Bool? { get { self["blockOwnerDeletion"] } set { self["blockOwnerDeletion"] = newValue } }
  package var controller: Bool? { get { self["controller"] } set { self["controller"] = newValue } }
  package var kind: String { get { self["kind", default: ""] } set { self["kind", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var uid: String { get { self["uid", default: ""] } set { self["uid", default: ""] = newValue } }
}

package struct Preconditions: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var resourceVersion: String? { get { self["resourceVersion"] } set { self["resourceVersion"] = newValue } }
  package var uid: String? { get { self["uid"] } set { self["uid"] = newValue } }
}
