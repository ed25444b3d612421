import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

@Suite struct CertificateSignerTests {
  /// Allows one verb on the signers it is given.
  private struct SignerRights: Authorizer {
    let verb: String
    let signer: String

    func decide(_ attributes: AccessAttributes) -> AccessDecision {
      attributes.resource == "signers" && attributes.group == "certificates.k8s.io"
        && attributes.verb == verb && attributes.name == signer
        ? .allowed : .denied(reason: "")
    }
  }

  private func message(
    _ subresource: String?, status: Document, rights: SignerRights
  ) -> String? {
    let old: Document = [
      "metadata": ["name": "r"], "spec": ["signerName": "acme.com/client"], "status": .emptyObject,
    ]
    var new = old
    new["status"] = status
    let write = AdmissionWrite(
      operation: .update, resource: .certificateSigningRequests, subresource: subresource,
      namespace: nil, name: "r", user: User(name: "jane"), isDryRun: false, old: old)
    do throws(APIError) {
      try CertificateSignerAdmission(authorizer: rights).admit(&new, write)
      return nil
    } catch {
      return error.message
    }
  }

  private let approved: Document = ["conditions": [["type": "Approved", "status": "True"]]]

  @Test("approval takes the verb on the signer, or on all signers of its domain")
  func approval() {
    for signer in ["acme.com/client", "acme.com/*"] {
      let rights = SignerRights(verb: "approve", signer: signer)
      #expect(message("approval", status: approved, rights: rights) == nil)
    }
    for rights in [
      SignerRights(verb: "sign", signer: "acme.com/client"),
      SignerRights(verb: "approve", signer: "acme.com/other"),
    ] {
      #expect(
        message("approval", status: approved, rights: rights)
          == #"certificatesigningrequests.certificates.k8s.io "r" is forbidden: user not permitted to approve requests with signerName "acme.com/client""#
      )
    }
  }

  @Test("writing a certificate takes the verb sign, and other writes take none")
  func signing() {
    let none = SignerRights(verb: "approve", signer: "acme.com/client")
    #expect(message("status", status: ["certificate": "x"], rights: none) != nil)
    #expect(message("status", status: .emptyObject, rights: none) == nil)
    #expect(message(nil, status: approved, rights: none) == nil)
    let signer = SignerRights(verb: "sign", signer: "acme.com/client")
    #expect(message("status", status: ["certificate": "x"], rights: signer) == nil)
  }
}
