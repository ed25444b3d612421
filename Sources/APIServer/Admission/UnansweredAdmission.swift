import Resources

/// Refuses a write while something is decided about it without the answer of an authorizer that was
/// asked: a policy that counts for nothing where it fails would otherwise be passed over. The write
/// comes again with the answer (`RequestInquiry`).
struct UnansweredAdmission: AdmissionPlugin {
  var stage: AdmissionStage { .validating }

  func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard RequestInquiry.isCurrentWaiting else { return }
    throw .forbidden(write.resource, write.name, "an authorizer has not answered yet")
  }
}
