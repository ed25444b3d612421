// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package import Foundations

package struct Lease: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: LeaseSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
}

package struct LeaseSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var acquireTime: Timestamp? { get { self["acquireTime"] } set { self["acquireTime"] = newValue } }
  package var holderIdentity: String? { get { self["holderIdentity"] } set { self["holderIdentity"] = newValue } }
  package var leaseDurationSeconds: Int? { get { self["leaseDurationSeconds"] } set { self["leaseDurationSeconds"] = newValue } }
  package var leaseTransitions: Int? { get { self["leaseTransitions"] } set { self["leaseTransitions"] = newValue } }
  package var preferredHolder: String? { get { self["preferredHolder"] } set { self["preferredHolder"] = newValue } }
  package var renewTime: Timestamp? { get { self["renewTime"] } set { self["renewTime"] = newValue } }
  package var strategy: String? { get { self["strategy"] } set { self["strategy"] = newValue } }
}
