import Foundations
package import Logging
package import Security

/// Keeps one certificate of a node valid: asks for the next in time, and hands it on.
package struct CertificateRenewal: Sendable {
  private let name: String
  private let request: @Sendable () async throws -> TLSIdentity
  private let keep: @Sendable (TLSIdentity) async throws -> Void
  private let logger: Logger

  private static let retryDelay = Duration.seconds(1)
  private static let retryDelayMax = Duration.seconds(300)
  /// A clock that is set, or a machine that slept, is noticed within this time.
  private static let lookEvery = Duration.seconds(5)

  /// - Parameters:
  ///   - name: for the log: `the client certificate`.
  ///   - request: gets a new one.
  ///   - keep: stores it and puts it to use.
  package init(
    _ name: String, logger: Logger, request: @escaping @Sendable () async throws -> TLSIdentity,
    keep: @escaping @Sendable (TLSIdentity) async throws -> Void
  ) {
    self.name = name
    self.request = request
    self.keep = keep
    self.logger = logger
  }

  /// Runs until the task is cancelled.
  /// - Throws: where the certificate in use cannot be read.
  package func run(after first: TLSIdentity) async throws {
    var time = try Self.time(of: first)
    var delay = Self.retryDelay
    while !Task.isCancelled {
      let left = Timestamp.now().distance(to: time)
      if left > .zero {
        do { try await Task.sleep(for: min(left, Self.lookEvery)) } catch { return }
        continue
      }
      do {
        let next = try await request()
        try await keep(next)
        logger.info("\(name) was renewed", metadata: ["until": "\(next.notValidAfter)"])
        time = try Self.time(of: next)
        delay = Self.retryDelay
      } catch {
        if Task.isCancelled { return }
        logger.warning("\(name) is not renewed yet: \(error)")
        do { try await Task.sleep(for: delay) } catch { return }
        delay = min(delay * 2, Self.retryDelayMax)
      }
    }
  }

  private static func time(of identity: TLSIdentity) throws -> Timestamp {
    try CertificateLifetime(of: identity.certificateChainPEM)
      .renewalTime(share: .random(in: 0...1))
  }
}
