import Foundations
import Networking
import Resources

/// `tokenreviews`: whose token is this, and for whom is it meant?
/// Source: authentication.k8s.io/v1 TokenReview.
struct TokenReviewHandler: ResourceHandler {
  let codec: RequestCodec
  let authenticators: [any TokenAuthenticator]
  /// What the server itself answers to.
  let audiences: [String]
  let now: @Sendable () -> Timestamp

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    guard call.verb == .create else { throw .wrongMethod }
    var answer = try ObjectAnswer(call, responder)
    var review = try codec.object(of: call, warnings: &answer.warnings)
    guard let token = review[path: "spec", "token"]?.string, !token.isEmpty else {
      throw .badRequest("token is required for TokenReview in authentication")
    }
    let asked = review[path: "spec", "audiences"]?.elements.compactMap(\.string) ?? []
    review["status"] = status(token, audiences: asked.isEmpty ? audiences : asked)
    // The issuer's keys may have changed: the review is made again once they are known.
    if RequestInquiry.isCurrentWaiting { throw .unauthorized }
    answer.send(.unstored(review), status: 201)
  }

  private func status(_ token: String, audiences wanted: [String]) -> Document {
    let found = authenticators.lazy.compactMap {
      $0.identity(ofToken: token, for: wanted, now: now())
    }.first
    // Tokens that name no audience are for this server alone.
    let meant = (found?.audiences ?? audiences).filter(wanted.contains)
    guard let found, !meant.isEmpty else {
      return ["authenticated": false, "error": "invalid bearer token", "user": .emptyObject]
    }
    return [
      "authenticated": true, "user": found.user.info,
      "audiences": Document(meant.map { Document($0) }),
    ]
  }
}
