// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package struct StorageClass: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var allowVolumeExpansion: Bool? { get { self["allowVolumeExpansion"] } set { self["allowVolumeExpansion"] = newValue } }
  package var allowedTopologies: [TopologySelectorTerm] { get { self["allowedTopologies", default: []] } set { self["allowedTopologies", default: []] = newValue } }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var mountOptions: [String] { get { self["mountOptions", default: []] } set { self["mountOptions", default: []] = newValue } }
  package var parameters: [String: String] { get { self["parameters", default: [:]] } set { self["parameters", default: [:]] = newValue } }
  package var provisioner: String { get { self["provisioner", default: ""] } set { self["provisioner", default: ""] = newValue } }
  package var reclaimPolicy: String? { get { self["reclaimPolicy"] } set { self["reclaimPolicy"] = newValue } }
  package var volumeBindingMode: String? { get { self["volumeBindingMode"] } set { self["volumeBindingMode"] = newValue } }
}
