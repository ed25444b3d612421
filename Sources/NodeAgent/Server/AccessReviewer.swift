import Crypto
import Foundations
import Networking
import Resources

/// Asks the API server who shows a token to this node, and what they may do here.
///
/// Answers are remembered for as long as upstream's kubelet does: tokens for two minutes, permissions
/// for five, refusals for half a minute. Where a memory is full it begins anew.
/// Source: `KubeletConfiguration`, `authentication.webhook.cacheTTL` and `authorization.webhook`.
actor AccessReviewer {
  private struct Known<Value: Sendable>: Sendable {
    let value: Value
    let until: ContinuousClock.Instant
  }

  private struct Question: Hashable {
    /// A `UserInfo`.
    let user: Document
    let attributes: NodeAccessAttributes
  }

  private static let tokenTime = Duration.seconds(120)
  private static let allowedTime = Duration.seconds(300)
  private static let refusedTime = Duration.seconds(30)
  private static let knownMax = 1000

  private let client: any ClusterClient
  private let nodeName: String
  private let now: @Sendable () -> ContinuousClock.Instant
  /// By the token's digest: no token is kept.
  private var users: [SHA256Digest: Known<UserInfo?>] = [:]
  private var verdicts: [Question: Known<Bool>] = [:]

  init(
    client: any ClusterClient, nodeName: String,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.client = client
    self.nodeName = nodeName
    self.now = now
  }

  /// - Returns: `nil` where the token is nobody's.
  /// - Throws: what stands in the way of asking.
  func user(ofToken token: String) async throws -> UserInfo? {
    let digest = SHA256.hash(data: Array(token.utf8))
    if let known = users[digest], known.until > now() { return known.value }
    let answer = TokenReview(
      try await client.create(
        Self.tokenReviews, namespace: nil, ["spec": ["token": Document(token)]],
        options: WriteOptions()))
    let user = answer.status.authenticated == true ? answer.status.user : nil
    if users.count >= Self.knownMax { users = [:] }
    users[digest] = Known(
      value: user, until: now() + (user == nil ? Self.refusedTime : Self.tokenTime))
    return user
  }

  /// Whether a user may do something on this node.
  func allows(_ user: UserInfo, _ attributes: NodeAccessAttributes) async throws -> Bool {
    let question = Question(user: user.document, attributes: attributes)
    if let known = verdicts[question], known.until > now() { return known.value }
    var review = SubjectAccessReview()
    review.spec.user = user.username
    review.spec.uid = user.uid
    review.spec.groups = user.groups
    review.spec.extra = user.extra
    var resource = ResourceAttributes()
    resource.verb = attributes.verb
    resource.version = "v1"
    resource.resource = "nodes"
    resource.subresource = attributes.subresource
    resource.name = nodeName
    review.spec.resourceAttributes = resource
    let answer = SubjectAccessReview(
      try await client.create(
        .subjectAccessReviews, namespace: nil, review.document, options: WriteOptions()))
    let isAllowed = answer.status.allowed == true
    if verdicts.count >= Self.knownMax { verdicts = [:] }
    verdicts[question] = Known(
      value: isAllowed, until: now() + (isAllowed ? Self.allowedTime : Self.refusedTime))
    return isAllowed
  }

  private static let tokenReviews = ResourceType(
    group: "authentication.k8s.io", plural: "tokenreviews", kind: "TokenReview",
    isNamespaced: false)
}
