import Foundations
import Networking
import Resources
import Synchronization

/// One request that is written down, from its arrival to the end of its answer. May be told from any
/// thread.
final class AuditTrail: Sendable {
  /// The largest body that is written down; larger ones are left out, and the event says so.
  static let objectByteCountMax = 1 << 20

  private struct State {
    var event: AuditEvent
    var isOver = false
  }

  let auditID: String
  private let verdict: AuditPolicy.Verdict
  private let isLongRunning: Bool
  private let write: @Sendable (Document) -> Void
  private let now: @Sendable () -> Timestamp
  private let state: Mutex<State>

  /// - Parameter write: takes each event.
  init(
    _ event: AuditEvent, _ verdict: AuditPolicy.Verdict, isLongRunning: Bool,
    now: @escaping @Sendable () -> Timestamp, write: @escaping @Sendable (Document) -> Void
  ) {
    auditID = event.auditID
    self.verdict = verdict
    self.isLongRunning = isLongRunning
    self.write = write
    self.now = now
    state = Mutex(State(event: event))
  }

  // MARK: Facts

  /// Adds what plugins have to say. The first to use a key has said it.
  func annotate(_ key: String, _ value: String) {
    state.withLock { state in
      if state.event.annotations[key] == nil { state.event.annotations[key] = value }
    }
  }

  func actsFor(_ user: User) { state.withLock { $0.event.impersonated = user } }

  /// Notes what a request says: its object's name in any case, all of it where the level asks for it.
  func note(_ request: ServerRequest) {
    guard !request.body.isEmpty else { return }
    let isWhole = verdict.level >= .request
    guard request.body.count <= Self.objectByteCountMax else {
      if isWhole { noteTruncation() }
      return
    }
    let body = AuditedBody(request.body, contentType: request.headers["content-type"] ?? "")
    guard let document = body.document else { return }
    let kept = verdict.omitsManagedFields ? document.withoutManagedFields : document
    state.withLock { state in
      if document.isObject { state.event.reference?.complete(from: document) }
      if isWhole { state.event.requestObject = kept }
    }
  }

  private func noteTruncation() { annotate("audit.k8s.io/truncated", "true") }

  // MARK: Stages

  func received() { emit(.requestReceived) }

  /// The answer has begun, and goes on.
  func started(status: Int) {
    state.withLock { $0.event.status = AuditEvent.Status(code: status) }
    if isLongRunning { emit(.responseStarted) }
  }

  /// The answer is out, or nobody reads it any more. Later calls do nothing.
  func complete(status: Int, _ response: ServerResponse? = nil) {
    if let response { note(response, status) }
    let isFirst = state.withLock { state in
      if state.event.status?.code != status {
        state.event.status = AuditEvent.Status(code: status)
      }
      defer { state.isOver = true }
      return !state.isOver
    }
    if isFirst { emit(.responseComplete) }
  }

  /// The request was refused before anybody knew who asks.
  func refused(status: Int, message: String) {
    state.withLock { state in
      state.event.status = AuditEvent.Status(
        code: status, answer: ["status": "Failure", "message": Document(message)])
      state.isOver = true
    }
    emit(.responseStarted)
  }

  private func note(_ response: ServerResponse, _ status: Int) {
    let wantsObject = verdict.level >= .requestResponse
    // A delete answers a `Status` too; others are errors.
    guard wantsObject || status >= 400 else { return }
    guard response.body.byteCount <= Self.objectByteCountMax else {
      if wantsObject { noteTruncation() }
      return
    }
    let body = AuditedBody(
      response.body.allBytes, contentType: response.headers["content-type"] ?? "")
    guard let document = body.document else { return }
    let kept = verdict.omitsManagedFields ? document.withoutManagedFields : document
    state.withLock { state in
      let isStatus = document["kind"]?.string == "Status"
      state.event.status = AuditEvent.Status(code: status, answer: isStatus ? document : nil)
      if wantsObject { state.event.responseObject = kept }
    }
  }

  private func emit(_ stage: AuditStage) {
    if verdict.omittedStages.contains(stage) { return }
    write(state.withLock { $0.event }.document(stage, at: now()))
  }
}

extension AuditTrail {
  /// Notes what the authorizer said; of several questions the first counts.
  func note(
    _ decision: AccessDecision, _ attributes: AccessAttributes, _ authorizer: any Authorizer
  ) {
    switch decision {
    case .allowed:
      annotate("authorization.k8s.io/decision", "allow")
      annotate("authorization.k8s.io/reason", authorizer.grantReason(attributes))
    case .denied(let reason):
      annotate("authorization.k8s.io/decision", "forbid")
      annotate("authorization.k8s.io/reason", reason)
    }
  }
}
