import Resources

/// Who may approve and sign certificate requests: those with the verb on the request's signer.
/// Source: Kubernetes documentation, "Certificates and Certificate Signing Requests",
/// "Authorization"; the messages are upstream's.
struct CertificateSignerAdmission: AdmissionPlugin {
  let authorizer: any Authorizer

  func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource == .certificateSigningRequests, write.operation == .update,
      let old = write.old
    else { return }
    switch write.subresource {
    case "approval": try require("approve", old, write)
    case "status":
      let isSigned = ["certificate", "conditions"].contains { member in
        object[path: "status", member] != old[path: "status", member]
      }
      if isSigned { try require("sign", old, write) }
    default: return
    }
  }

  private func require(_ verb: String, _ request: Document, _ write: AdmissionWrite)
    throws(APIError)
  {
    let signer = request[path: "spec", "signerName"]?.string ?? ""
    // A rule may name all signers of a domain.
    let domain = signer.split(separator: "/", omittingEmptySubsequences: false)[0]
    for name in [signer, "\(domain)/*"] {
      var attributes = AccessAttributes(user: write.user, verb: verb)
      attributes.group = write.resource.group
      attributes.version = "*"
      attributes.resource = "signers"
      attributes.name = name
      if authorizer.decide(attributes) == .allowed { return }
    }
    throw .forbidden(
      write.resource, write.name,
      "user not permitted to \(verb) requests with signerName \"\(signer)\"")
  }
}
