// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package struct Endpoint: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var addresses: [String] { get { self["addresses", default: []] } set { self["addresses", default: []] = newValue } }
  package var conditions: EndpointConditions? { get { self["conditions"] } set { self["conditions"] = newValue } }
  package var deprecatedTopology: [String: String] { get { self["deprecatedTopology", default: [:]] } set { self["deprecatedTopology", default: [:]] = newValue } }
  package var hints: EndpointHints? { get { self["hints"] } set { self["hints"] = newValue } }
  package var hostname: String? { get { self["hostname"] } set { self["hostname"] = newValue } }
  package var nodeName: String? { get { self["nodeName"] } set { self["nodeName"] = newValue } }
  package var targetRef: ObjectReference? { get { self["targetRef"] } set { self["targetRef"] = newValue } }
  package var zone: String? { get { self["zone"] } set { self["zone"] = newValue } }
}

package struct EndpointConditions: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var ready: Bool? { get { self["ready"] } set { self["ready"] = newValue } }
  package var serving: Bool? { get { self["serving"] } set { self["serving"] = newValue } }
  package var terminating: Bool? { get { self["terminating"] } set { self["terminating"] = newValue } }
}

package struct EndpointHints: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var forNodes: [ForNode] { get { self["forNodes", default: []] } set { self["forNodes", default: []] = newValue } }
  package var forZones: [ForZone] { get { self["forZones", default: []] } set { self["forZones", default: []] = newValue } }
}

package struct EndpointSlicePort: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var appProtocol: String? { get { self["appProtocol"] } set { self["appProtocol"] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var port: Int? { get { self["port"] } set { self["port"] = newValue } }
  package var `protocol`: String? { get { self["protocol"] } set { self["protocol"] = newValue } }
}

package struct EndpointSlice: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var addressType: String { get { self["addressType", default: ""] } set { self["addressType", default: ""] = newValue } }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var endpoints: [Endpoint] { get { self["endpoints", default: []] } set { self["endpoints", default: []] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var ports: [EndpointSlicePort] { get { self["ports", default: []] } set { self["ports", default: []] = newValue } }
}

package struct ForNode: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}

package struct ForZone: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var name: String { get { self["name", default: ""] } set { self["name", default: ""] = newValue } }
}
