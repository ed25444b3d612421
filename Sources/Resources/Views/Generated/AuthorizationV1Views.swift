// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package struct FieldSelectorAttributes: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var rawSelector: String? { get { self["rawSelector"] } set { self["rawSelector"] = newValue } }
  package var requirements: [FieldSelectorRequirement] { get { self["requirements", default: []] } set { self["requirements", default: []] = newValue } }
}

package struct LabelSelectorAttributes: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var rawSelector: String? { get { self["rawSelector"] } set { self["rawSelector"] = newValue } }
  package var requirements: [LabelSelectorRequirement] { get { self["requirements", default: []] } set { self["requirements", default: []] = newValue } }
}

package struct NonResourceAttributes: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var path: String? { get { self["path"] } set { self["path"] = newValue } }
  package var verb: String? { get { self["verb"] } set { self["verb"] = newValue } }
}

package struct ResourceAttributes: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var fieldSelector: FieldSelectorAttributes? { get { self["fieldSelector"] } set { self["fieldSelector"] = newValue } }
  package var group: String? { get { self["group"] } set { self["group"] = newValue } }
  package var labelSelector: LabelSelectorAttributes? { get { self["labelSelector"] } set { self["labelSelector"] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var namespace: String? { get { self["namespace"] } set { self["namespace"] = newValue } }
  package var resource: String? { get { self["resource"] } set { self["resource"] = newValue } }
  package var subresource: String? { get { self["subresource"] } set { self["subresource"] = newValue } }
  package var verb: String? { get { self["verb"] } set { self["verb"] = newValue } }
  package var version: String? { get { self["version"] } set { self["version"] = newValue } }
}

package struct SubjectAccessReview: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: SubjectAccessReviewSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: SubjectAccessReviewStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct SubjectAccessReviewSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var extra: [String: [String]] { get { self["extra", default: [:]] } set { self["extra", default: [:]] = newValue } }
  package var groups: [String] { get { self["groups", default: []] } set { self["groups", default: []] = newValue } }
  package var nonResourceAttributes: NonResourceAttributes? { get { self["nonResourceAttributes"] } set { self["nonResourceAttributes"] = newValue } }
  package var resourceAttributes: ResourceAttributes? { get { self["resourceAttributes"] } set { self["resourceAttributes"] = newValue } }
  package var uid: String? { get { self["uid"] } set { self["uid"] = newValue } }
  package var user: String? { get { self["user"] } set { self["user"] = newValue } }
}

package struct SubjectAccessReviewStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var allowed: Bool? { get { self["allowed"] } set { self["allowed"] = newValue } }
  package var denied: Bool? { get { self["denied"] } set { self["denied"] = newValue } }
  package var evaluationError: String? { get { self["evaluationError"] } set { self["evaluationError"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
}
