// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package struct PriorityClass: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var description: String? { get { self["description"] } set { self["description"] = newValue } }
  package var globalDefault: Bool? { get { self["globalDefault"] } set { self["globalDefault"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var preemptionPolicy: String? { get { self["preemptionPolicy"] } set { self["preemptionPolicy"] = newValue } }
  package var value: Int? { get { self["value"] } set { self["value"] = newValue } }
}
