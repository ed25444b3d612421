import Foundations
package import Logging
package import Security

/// Keeps the CA certificate that a node trusts valid: the cluster makes a new one in time, under the
/// same key, and shows it to everybody (`docs/decisions/0013-certificates-that-end.md`).
package struct AuthorityRenewal: Sendable {
  /// How long before its end a node looks for the next.
  package static let period: Duration = .seconds(365 * 86_400)
  private static let lookEvery = Duration.seconds(5)
  private static let retryDelay = Duration.seconds(10)
  private static let retryDelayMax = Duration.seconds(3600)

  private let logger: Logger
  private let request: @Sendable () async throws -> ShownAuthority
  private let keep: @Sendable ([UInt8]) async throws -> Void

  /// - Parameters:
  ///   - request: what the server shows. It is not trusted for it.
  ///   - keep: stores the next one and puts it to use.
  package init(
    logger: Logger,
    request: @escaping @Sendable () async throws -> ShownAuthority,
    keep: @escaping @Sendable ([UInt8]) async throws -> Void
  ) {
    self.logger = logger
    self.request = request
    self.keep = keep
  }

  /// Runs until the task is cancelled.
  /// - Parameter first: PEM, what is trusted now.
  /// - Throws: where that cannot be read.
  package func run(after first: [UInt8]) async throws {
    var known = try ShownAuthority(first)
    var delay = Self.retryDelay
    while !Task.isCancelled {
      var pause = Self.lookEvery
      if Timestamp.now().distance(to: known.end) < Self.period {
        do {
          known = try await renewed(known)
          delay = Self.retryDelay
        } catch {
          if Task.isCancelled { return }
          logger.warning("the cluster's CA certificate is not renewed yet: \(error)")
          pause = delay
          delay = min(delay * 2, Self.retryDelayMax)
        }
      }
      do { try await ContinuousClock().sleep(for: pause) } catch { return }
    }
  }

  private func renewed(_ known: ShownAuthority) async throws -> ShownAuthority {
    let shown = try await request()
    guard shown.succeeds(known) else { throw NoSuccessor(end: known.end) }
    try await keep(shown.certificatePEM)
    logger.info("the cluster's CA certificate was renewed", metadata: ["until": "\(shown.end)"])
    return shown
  }

  private struct NoSuccessor: Error, CustomStringConvertible {
    let end: Timestamp
    var description: String {
      "what the server shows is not the authority that ends at \(end) with a later end"
    }
  }
}
