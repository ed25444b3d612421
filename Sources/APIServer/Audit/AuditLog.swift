package import Foundations
import Networking
import Resources
import Synchronization

/// Where audit events go. May be called from any thread.
package protocol AuditBackend: Sendable {
  /// As upstream's metrics call it.
  var name: String { get }

  /// How many events it has lost.
  var lostCount: Int { get }

  /// Takes one event: a JSON object without line breaks.
  func record(_ event: [UInt8])

  /// Does what is not done while events come in, until the task is cancelled.
  func run() async
}

extension AuditBackend {
  package func run() async {}
}

/// Writes down who asked this server for what, as far as the policy says.
///
/// What the server's own components write without a request is written down as if they had made one
/// (`LoopbackCall`); what they read is not, since they read it from memory.
/// Source: Kubernetes documentation, "Auditing".
package final class AuditLog: Sendable {
  private let policy: AuditPolicy
  private let backends: [any AuditBackend]
  private let now: @Sendable () -> Timestamp
  private let eventCount = Counter()

  /// Shared with the trails, which may outlive the log.
  private final class Counter: Sendable {
    let value = Atomic(0)
  }

  package init(
    _ policy: AuditPolicy, _ backends: [any AuditBackend],
    now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.policy = policy
    self.backends = backends
    self.now = now
  }

  package func run() async {
    await withDiscardingTaskGroup { group in
      for backend in backends { group.addTask { await backend.run() } }
    }
  }

  /// Whether the policy has anything written down of a request.
  func isInterested(in attributes: AccessAttributes) -> Bool {
    policy.verdict(attributes).level > .none
  }

  /// Begins to write a request down.
  /// - Parameter attributes: who asks for what, before anybody acts for others.
  /// - Returns: `nil` where the policy is not interested.
  func open(_ request: ServerRequest, _ attributes: AccessAttributes) -> AuditTrail? {
    let verdict = policy.verdict(attributes)
    guard verdict.level > .none else { return nil }
    let event = AuditEvent(
      request, attributes, level: verdict.level, auditID: Self.auditID(of: request),
      received: now())
    let trail = AuditTrail(
      event, verdict, isLongRunning: Self.isLongRunning(attributes), now: now
    ) { [backends, eventCount] event in
      eventCount.value.add(1, ordering: .relaxed)
      let bytes = event.json
      for backend in backends { backend.record(bytes) }
    }
    trail.received()
    trail.note(request)
    return trail
  }

  /// What monitoring is told, under upstream's names.
  func write(to text: inout MetricsText) {
    let events = "apiserver_audit_event_total"
    text.begin(
      events, .counter, "[ALPHA] Audit events that were made and given to where they go.")
    text.sample(events, [:], eventCount.value.load(ordering: .relaxed))
    let errors = "apiserver_audit_error_total"
    text.begin(errors, .counter, "[ALPHA] Audit events that were lost, by where they should go.")
    for backend in backends { text.sample(errors, ["plugin": backend.name], backend.lostCount) }
  }

  /// The client's own, so that one act can be followed through several servers; bounded, since it is
  /// nobody's word but theirs.
  private static func auditID(of request: ServerRequest) -> String {
    guard let given = request.headers["audit-id"], (1...64).contains(given.utf8.count) else {
      return UID.random().description
    }
    return given
  }

  /// Source: upstream's `LongRunningRequestCheck` and its arguments.
  private static func isLongRunning(_ attributes: AccessAttributes) -> Bool {
    attributes.verb == "watch"
      || ["attach", "exec", "proxy", "log", "portforward"].contains(attributes.subresource)
  }
}
