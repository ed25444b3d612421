// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package import Foundations

package struct Overhead: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var podFixed: [String: Quantity] { get { self["podFixed", default: [:]] } set { self["podFixed", default: [:]] = newValue } }
}

package struct RuntimeClass: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var handler: String { get { self["handler", default: ""] } set { self["handler", default: ""] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var overhead: Overhead? { get { self["overhead"] } set { self["overhead"] = newValue } }
  package var scheduling: Scheduling? { get { self["scheduling"] } set { self["scheduling"] = newValue } }
}

package struct Scheduling: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var nodeSelector: [String: String] { get { self["nodeSelector", default: [:]] } set { self["nodeSelector", default: [:]] = newValue } }
  package var tolerations: [Toleration] { get { self["tolerations", default: []] } set { self["tolerations", default: []] = newValue } }
}
