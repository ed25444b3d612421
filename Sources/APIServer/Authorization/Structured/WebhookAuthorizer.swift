import CEL
import Foundations
import Logging
import Resources
import Synchronization

/// Asks a webhook whether a user may do something, and remembers what it said for a while.
///
/// Decisions are made from memory; a question whose answer is not known waits for the webhook
/// (`RequestInquiry`) where somebody can wait, and is refused and asked in the background where
/// nobody can.
final class WebhookAuthorizer: Authorizer {
  let settings: AuthorizationWebhook
  private let post: @Sendable (_ review: [UInt8]) async throws -> [UInt8]
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    /// Bounded: when it is full it starts anew.
    var opinions: [String: (opinion: WebhookOpinion, end: ContinuousClock.Instant)] = [:]
    var asking: Set<String> = []
  }

  /// Source: upstream's cache of webhook decisions.
  private static let opinionsMax = 8_192
  /// Longer questions are not remembered. Source: upstream, `maxControlledAttrCacheSize`.
  private static let keyByteCountMax = 10_000
  /// Of questions that nobody waits for.
  private static let backgroundMax = 64
  static let answerByteCountMax = 1 << 20

  init(
    _ settings: AuthorizationWebhook, logger: Logger,
    post: @escaping @Sendable (_ review: [UInt8]) async throws -> [UInt8]
  ) {
    self.settings = settings
    self.logger = logger
    self.post = post
  }

  func decide(_ attributes: AccessAttributes) -> AccessDecision {
    verdict(attributes) == .allowed ? .allowed : .denied(reason: "")
  }

  func verdict(_ attributes: AccessAttributes) -> AccessVerdict {
    switch settings.conditions.matches(attributes) {
    case .excluded: return .noOpinion(reason: "")
    case .failed(let why):
      logger.warning("\(settings.name): \(why)")
      return settings.verdictOnFailure
    case .matches: break
    }
    let question = Question(attributes, settings)
    if let known = known(question) { return known.verdict }
    if let answer = RequestInquiry.current?[answer: question.key] as? Answer {
      return answer.opinion?.verdict ?? settings.verdictOnFailure
    }
    let isAwaited = RequestInquiry.wait(
      for: question.key,
      RequestInquiry.Question {
        $0[answer: question.key] = Answer(opinion: await self.ask(question))
      } giveUp: {
        self.askInBackground(question)
      })
    if !isAwaited { askInBackground(question) }
    return .unanswered(reason: "the authorizer \(settings.name) has not answered yet")
  }

  func grantReason(_ attributes: AccessAttributes) -> String {
    let question = Question(attributes, settings)
    let answer = RequestInquiry.current?[answer: question.key] as? Answer
    return (known(question) ?? answer?.opinion)?.reason ?? ""
  }

  func rules(for user: User, in namespace: String) -> AccessRuleList {
    AccessRuleList(gaps: ["webhook authorizer does not support user rule resolution"])
  }

  // MARK: Asking

  private struct Question: Sendable {
    let review: [UInt8]
    let key: String

    init(_ attributes: AccessAttributes, _ settings: AuthorizationWebhook) {
      let spec = attributes.reviewSpec()
      let document: Document = [
        "kind": "SubjectAccessReview",
        "apiVersion": Document("authorization.k8s.io/\(settings.reviewVersion)"),
        "metadata": ["creationTimestamp": .null], "spec": spec,
      ]
      review = document.json
      key = "\(settings.name) \(String(decoding: spec.json, as: UTF8.self))"
    }
  }

  /// `nil` where the webhook gave none.
  private struct Answer: Sendable { let opinion: WebhookOpinion? }

  private func known(_ question: Question) -> WebhookOpinion? {
    state.withLock { state in
      guard let found = state.opinions[question.key], .now < found.end else { return nil }
      return found.opinion
    }
  }

  private func ask(_ question: Question) async -> WebhookOpinion? {
    do {
      let opinion = try WebhookOpinion(Document(json: try await post(question.review)))
      remember(opinion, question)
      return opinion
    } catch {
      logger.error("the authorizer \(settings.name) gave no opinion: \(error)")
      return nil
    }
  }

  private func remember(_ opinion: WebhookOpinion, _ question: Question) {
    let isAllowed = opinion.verdict == .allowed
    guard let life = isAllowed ? settings.allowedFor : settings.deniedFor,
      question.key.utf8.count <= Self.keyByteCountMax
    else { return }
    state.withLock { state in
      if state.opinions.count >= Self.opinionsMax {
        state.opinions.removeAll(keepingCapacity: true)
      }
      state.opinions[question.key] = (opinion, .now + life)
    }
  }

  private func askInBackground(_ question: Question) {
    let isNew = state.withLock { state in
      state.asking.count < Self.backgroundMax && state.asking.insert(question.key).inserted
    }
    guard isNew else { return }
    // Ends with the webhook's deadline.
    Task {
      _ = await ask(question)
      state.withLock { _ = $0.asking.remove(question.key) }
    }
  }
}
