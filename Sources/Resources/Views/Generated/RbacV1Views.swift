// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package struct AggregationRule: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var clusterRoleSelectors: [LabelSelectorView] { get { self["clusterRoleSelectors", default: []] } set { self["clusterRoleSelectors", default: []] = newValue } }
}

package struct ClusterRole: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var aggregationRule: AggregationRule? { get { self["aggregationRule"] } set { self["aggregationRule"] = newValue } }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var rules: [PolicyRule] { get { self["rules", default: []] } set { self["rules", default: []] = newValue } }
}

package struct ClusterRoleBinding: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var roleRef: RoleRef { get { self[view: "roleRef"] } set { self[view: "roleRef"] = newValue } _modify { yield &self[view: "roleRef"] } }
  package var subjects: [Subject] { get { self["subjects", default: []] } set { self["subjects", default: []] = newValue } }
}

package struct PolicyRule: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiGroups: [String] { get { self["apiGroups", default: []] } set { self["apiGroups", default: []] = newValue } }
  package var nonResourceURLs: [String] { get { self["nonResourceURLs", default: []] } set { self["nonResourceURLs", default: []] = newValue } }
  package var resourceNames: [String] { get { self["resourceNames", default: []] } set { self["resourceNames", default: []] = newValue } }
  package var resources: [String] { get { self["resources", default: []] } set { self["resources", default: []] = newValue } }
  package var verbs: [String] { get { self["verbs", default: []] } set { self["verbs", default: []] = newValue } }
}

package struct Role: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var rules: [PolicyRule] { get { self["rules", default: []] } set { self["rules", default: []] = newValue } }
}

package struct RoleBinding: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var roleRef: RoleRef { get { self[view: "roleRef"] } set { self[view: "roleRef"] = newValue } _modify { yield &self[view: "roleRef"] } }
  package var subjects: [Subject] { get { self["subjects", default: []] } set { self["subjects", default: []] = newValue } }
}

package struct RoleRef: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiGroup: String? { get { self["apiGroup"] } set { self["apiGroup"] = newValue } }
  package var kind: String { get { self["kind", default: ""] } set { self["kind", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}

package struct Subject: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiGroup: String? { get { self["apiGroup"] } set { self["apiGroup"] = newValue } }
  package var kind: String { get { self["kind", default: ""] } set { self["kind", default: ""] = newValue } }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
  package var namespace: String? { get { self["namespace"] } set { self["namespace"] = newValue } }
}
