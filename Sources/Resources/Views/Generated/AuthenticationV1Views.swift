// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package import Foundations

package struct BoundObjectReference: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var name: String? { get { self["name"] } set { self["name"] = newValue } }
  package var uid: String? { get { self["uid"] } set { self["uid"] = newValue } }
}

package struct TokenRequest: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: TokenRequestSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: TokenRequestStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct TokenRequestSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var audiences: [String] { get { self["audiences", default: []] } set { self["audiences", default: []] = newValue } }
  package var boundObjectRef: BoundObjectReference? { get { self["boundObjectRef"] } set { self["boundObjectRef"] = newValue } }
  package var expirationSeconds: Int? { get { self["expirationSeconds"] } set { self["expirationSeconds"] = newValue } }
}

package struct TokenRequestStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var expirationTimestamp: Timestamp? { get { self["expirationTimestamp"] } set { self["expirationTimestamp"] = newValue } }
  package var token: String? { get { self["token"] } set { self["token"] = newValue } }
}

package struct TokenReview: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: TokenReviewSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: TokenReviewStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct TokenReviewSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var audiences: [String] { get { self["audiences", default: []] } set { self["audiences", default: []] = newValue } }
  package var token: String { get { self["token", default: ""] } set { self["token", default: ""] = newValue } }
}

package struct TokenReviewStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var audiences: [String] { get { self["audiences", default: []] } set { self["audiences", default: []] = newValue } }
  package var authenticated: Bool? { get { self["authenticated"] } set { self["authenticated"] = newValue } }
  package var error: String? { get { self["error"] } set { self["error"] = newValue } }
  package var user: UserInfo? { get { self["user"] } set { self["user"] = newValue } }
}

package struct UserInfo: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var extra: [String: [String]] { get { self["extra", default: [:]] } set { self["extra", default: [:]] = newValue } }
  package var groups: [String] { get { self["groups", default: []] } set { self["groups", default: []] = newValue } }
  package var uid: String? { get { self["uid"] } set { self["uid"] = newValue } }
  package var username: String? { get { self["username"] } set { self["username"] = newValue } }
}
