import Foundations
import Logging
import Security

/// Keeps the certificates of a server that runs valid, by the wall clock: one that is set, or a
/// machine that slept, is noticed with the next look. A look at which nothing is due compares two
/// times.
struct ServerCredentialRenewal {
  let credentials: ServerCredentials
  let logger: Logger
  /// Tells those who keep copies: files, objects. Tried again until it succeeds.
  let onRenewal:
    @Sendable (_ old: ClusterCredentials, _ new: ClusterCredentials) async throws -> Void

  private static let lookEvery = Duration.seconds(5)
  private static let retryDelayMax = Duration.seconds(60)
  private static let warnEvery = Duration.seconds(86_400)

  /// Runs until the task is cancelled.
  func run() async {
    var delay = Self.lookEvery
    var warnedAt: Timestamp?
    /// What copies were made of last.
    var told = credentials.current
    var isTold = true
    while true {
      do { try await ContinuousClock().sleep(for: delay) } catch { return }
      delay = Self.lookEvery
      let now = Timestamp.now()
      do {
        if !credentials.current.isGood(at: now) {
          try credentials.renew(now: now)
          for change in credentials.current.changes { logger.info("\(change)") }
          isTold = false
        }
        if !isTold {
          try await onRenewal(told, credentials.current)
          told = credentials.current
          isTold = true
        }
      } catch {
        if Task.isCancelled { return }
        logger.error("the server's certificates are not renewed yet: \(error)")
        delay = Self.retryDelayMax
      }
      if warnedAt.map({ $0.distance(to: now) >= Self.warnEvery || now < $0 }) ?? true {
        warnedAt = now
        for warning in credentials.current.warnings(now: now) { logger.warning("\(warning)") }
      }
    }
  }
}
