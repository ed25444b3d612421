import Foundations
import Resources
import Security

/// Sees to what CertificateSigningRequests say: who sent them, that they can be signed, and when
/// their conditions changed.
/// Source: Kubernetes documentation, "Certificates and Certificate Signing Requests".
struct CertificateRequestAdmission: AdmissionPlugin {
  let now: @Sendable () -> Timestamp

  func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource == .certificateSigningRequests else { return }
    switch (write.operation, write.subresource) {
    case (.create, nil):
      stamp(&object, write.user)
      try requireSignable(object)
    case (.update, "approval"), (.update, "status"):
      guard let old = write.old else { return }
      timeConditions(&object, old, keepsApprovals: write.subresource == "status")
      try requireCertificate(object, old)
    default: break
    }
  }

  /// The sender is who authenticated, whatever the request says.
  private func stamp(_ object: inout Document, _ user: User) {
    var request = CertificateSigningRequest(object)
    request.spec.username = user.name
    request.spec.uid = user.uid.isEmpty ? nil : user.uid
    request.spec.document["groups"] =
      user.groups.isEmpty ? nil : Document(user.groups.map { Document($0) })
    request.spec.document["extra"] = nil
    if !user.extra.isEmpty { request.spec.extra = user.extra }
    object = request.document
  }

  private func requireSignable(_ object: Document) throws(APIError) {
    let request = CertificateSigningRequest(object)
    let parsed: CertificateRequest
    do throws(CertificateRequest.ReadingError) {
      parsed = try CertificateRequest(base64PEM: request.spec.request)
    } catch {
      throw invalid(request, "spec.request", "Invalid value: \"<request>\": \(error)")
    }
    // Whoever holds such a certificate could not be stopped by any rule.
    if request.spec.signerName == CertificateSigners.client,
      parsed.organizations.contains("system:masters")
    {
      throw .forbidden(
        .certificateSigningRequests, request.metadata.name ?? "",
        "use of \(CertificateSigners.client) signer with system:masters group is not allowed")
    }
  }

  private func requireCertificate(_ object: Document, _ old: Document) throws(APIError) {
    let request = CertificateSigningRequest(object)
    guard let certificate = request.status.certificate, !certificate.isEmpty,
      certificate != old[path: "status", "certificate"]?.string
    else { return }
    do throws(CredentialError) {
      _ = try IssuedCertificate(base64PEM: certificate)
    } catch {
      throw invalid(
        request, "status.certificate", "Invalid value: \"<certificate data>\": \(error)")
    }
  }

  private func invalid(
    _ request: CertificateSigningRequest, _ field: String, _ message: String
  ) -> APIError {
    .invalid(
      .certificateSigningRequests, request.metadata.name ?? "",
      [APIError.Cause(reason: "FieldValueInvalid", message: message, field: field)])
  }

  /// Fills in times that the writer left out.
  /// - Parameter keepsApprovals: approvals that the writer sent back stay as they were.
  private func timeConditions(_ object: inout Document, _ old: Document, keepsApprovals: Bool) {
    var request = CertificateSigningRequest(object)
    let before = CertificateSigningRequest(old).status.conditions
    let moment = now()
    guard !request.status.conditions.isEmpty else { return }
    request.status.conditions = request.status.conditions.map { condition in
      let earlier = before.first { $0.type == condition.type }
      if keepsApprovals, let earlier, ["Approved", "Denied"].contains(condition.type) {
        return earlier
      }
      var timed = condition
      if timed.lastUpdateTime == nil { timed.lastUpdateTime = moment }
      if timed.lastTransitionTime == nil {
        let same = earlier.flatMap { $0.status == timed.status ? $0.lastTransitionTime : nil }
        timed.lastTransitionTime = same ?? moment
      }
      return timed
    }
    object = request.document
  }
}
