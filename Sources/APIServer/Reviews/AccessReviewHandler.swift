import Networking
import Resources

/// Reviews of access: questions answered as the authorizer answers requests, and never stored.
struct AccessReviewHandler: ResourceHandler {
  let codec: RequestCodec
  let authorizer: any Authorizer

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    var answer = try ObjectAnswer(call, responder)
    var review = try codec.object(of: call, warnings: &answer.warnings)
    guard let kind = AccessReview.Kind(rawValue: call.type.kind) else {
      throw .internalError("\(call.type.kind) is no access review")
    }
    if let namespace = call.namespace {
      let named = review[path: "metadata", "namespace"]?.string ?? ""
      guard named.isEmpty || named == namespace else {
        throw .badRequest(
          "the namespace of the provided object does not match the namespace sent on the request")
      }
      review.set(Document(namespace), at: ["metadata", "namespace"])
    }
    let question = try AccessReview(review, kind: kind, in: call.namespace, caller: call.user)
    review["status"] = try status(question, call.type)
    answer.send(.unstored(review), status: 201)
  }

  /// - Throws: where it is not known yet; the request is decided again when it is.
  private func status(_ question: AccessReview, _ type: ResourceType) throws(APIError) -> Document {
    var status: Document
    let reason: String
    switch authorizer.verdict(question.attributes) {
    case .allowed:
      status = ["allowed": true]
      reason = authorizer.grantReason(question.attributes)
    case .denied(let why):
      status = ["allowed": false, "denied": true]
      reason = why
    case .noOpinion(let why):
      status = ["allowed": false]
      reason = why
    case .unanswered(let why):
      if RequestInquiry.isCurrentWaiting { throw .forbidden(type, "", why) }
      status = ["allowed": false, "evaluationError": Document(why)]
      reason = ""
    }
    if !reason.isEmpty { status["reason"] = Document(reason) }
    if !question.evaluationErrors.isEmpty {
      status["evaluationError"] = Document(question.evaluationErrors.joined(separator: "; "))
    }
    return status
  }
}
