import Resources

/// What a webhook answered to a SubjectAccessReview. Pure.
struct WebhookOpinion: Equatable, Sendable {
  let verdict: AccessVerdict
  /// Of an agreement, for those who review access.
  let reason: String

  /// - Parameter answer: the review that came back.
  /// - Throws: where it says nothing, or two things at once.
  init(_ answer: Document) throws(ClaimProblem) {
    guard let status = answer["status"], status.isObject, let allowed = status["allowed"]?.bool
    else {
      throw ClaimProblem("the answer has no status.allowed")
    }
    let denied = status["denied"]?.bool ?? false
    reason = status["reason"]?.string ?? ""
    switch (allowed, denied) {
    case (true, true):
      throw ClaimProblem("webhook subject access review returned both allow and deny response")
    case (true, false): verdict = .allowed
    case (false, true): verdict = .denied(reason: reason)
    case (false, false): verdict = .noOpinion(reason: reason)
    }
  }
}
