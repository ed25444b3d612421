// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package import Foundations

package struct CertificateSigningRequest: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: CertificateSigningRequestSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: CertificateSigningRequestStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct CertificateSigningRequestCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var lastUpdateTime: Timestamp? { get { self["lastUpdateTime"] } set { self["lastUpdateTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct CertificateSigningRequestSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var expirationSeconds: Int? { get { self["expirationSeconds"] } set { self["expirationSeconds"] = newValue } }
  package var extra: [String: [String]] { get { self["extra", default: [:]] } set { self["extra", default: [:]] = newValue } }
  package var groups: [String] { get { self["groups", default: []] } set { self["groups", default: []] = newValue } }
  package var request: String { get { self["request", default: ""] } set { self["request", default: ""] = newValue } }
  package var signerName: String { get { self["signerName", default: ""] } set { self["signerName", default: ""] = newValue } }
  package var uid: String? { get { self["uid"] } set { self["uid"] = newValue } }
  package var usages: [String] { get { self["usages", default: []] } set { self["usages", default: []] = newValue } }
  package var username: String? { get { self["username"] } set { self["username"] = newValue } }
}

package struct CertificateSigningRequestStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var certificate: String? { get { self["certificate"] } set { self["certificate"] = newValue } }
  package var conditions: [CertificateSigningRequestCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
}
