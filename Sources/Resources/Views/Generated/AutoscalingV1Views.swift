// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package struct Scale: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: ScaleSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: ScaleStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct ScaleSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var replicas: Int? { get { self["replicas"] } set { self["replicas"] = newValue } }
}

package struct ScaleStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var replicas: Int { get { self["replicas"] ?? 0 } set { self["replicas"] = newValue as Int? } }
  package var selector: String? { get { self["selector"] } set { self["selector"] = newValue } }
}
