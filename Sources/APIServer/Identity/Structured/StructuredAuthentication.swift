package import Foundations
import Logging
import Resources
import Synchronization

/// The issuers whose tokens are taken besides the cluster's own, and who is let in without any: the
/// file of `--authentication-config`, read again when it changes.
package final class StructuredAuthentication: TokenAuthenticator {
  private let path: String
  private let clients: OutgoingClients
  private let disallowedIssuers: Set<String>
  private let logger: Logger
  private let state: Mutex<State>

  private struct State {
    var bytes: [UInt8]
    var authenticators: [JWTAuthenticator]
    var anonymous: AnonymousAccess
    /// What was said last about a file that cannot be used.
    var problem: String?
  }

  private static let lookEvery = Duration.seconds(5)

  /// Reads the file. Blocks on disk.
  /// - Throws: `ConfigurationFileError`, `FileError`.
  init(
    path: String, clients: OutgoingClients, disallowedIssuers: Set<String>, logger: Logger
  ) throws {
    self.path = path
    self.clients = clients
    self.disallowedIssuers = disallowedIssuers
    self.logger = logger
    let bytes = try Self.read(path)
    let configuration = try AuthenticationConfiguration(
      bytes, path: path, disallowedIssuers: disallowedIssuers)
    state = Mutex(
      State(
        bytes: bytes,
        authenticators: configuration.issuers.map { Self.authenticator($0, clients, logger) },
        anonymous: configuration.anonymous))
  }

  var anonymous: AnonymousAccess { state.withLock { $0.anonymous } }

  package func identity(ofToken token: String, for audiences: [String]?, now: Timestamp)
    -> TokenIdentity?
  {
    for authenticator in state.withLock({ $0.authenticators }) {
      if let found = authenticator.identity(ofToken: token, for: audiences, now: now) {
        return found
      }
    }
    return nil
  }

  /// Follows the file, and the keys of its issuers, until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      readAgain()
      let authenticators = state.withLock { $0.authenticators }
      await withDiscardingTaskGroup { group in
        for authenticator in authenticators {
          group.addTask { await authenticator.keys.refreshIfDue() }
        }
      }
      do { try await ContinuousClock().sleep(for: Self.lookEvery) } catch { return }
    }
  }

  /// What cannot be read, or is wrong, leaves in force what was.
  func readAgain() {
    do {
      let bytes = try Self.read(path)
      guard bytes != state.withLock({ $0.bytes }) else {
        return state.withLock { $0.problem = nil }
      }
      let configuration = try AuthenticationConfiguration(
        bytes, path: path, disallowedIssuers: disallowedIssuers)
      let fresh = configuration.issuers.map { Self.authenticator($0, clients, logger) }
      state.withLock { state in
        state.bytes = bytes
        state.problem = nil
        state.authenticators = fresh
        state.anonymous = configuration.anonymous
      }
      logger.info("the authentication configuration was read again", metadata: ["file": "\(path)"])
    } catch {
      let isNews = state.withLock { state in
        defer { state.problem = "\(error)" }
        return state.problem != "\(error)"
      }
      if isNews { logger.error("the authentication configuration stays as it was: \(error)") }
    }
  }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let bytes = try DurableFile.read(path) else {
      throw ConfigurationFileError(path: path, reasons: ["there is no such file"])
    }
    return bytes
  }

  private static func authenticator(
    _ issuer: JWTIssuer, _ clients: OutgoingClients, _ logger: Logger
  ) -> JWTAuthenticator {
    let fetch = DocumentFetch(
      clients: clients, place: OutgoingPlace(authorityPEM: issuer.authorityPEM),
      timeout: IssuerKeys.timeout,
      byteCountMax: IssuerKeys.byteCountMax)
    return JWTAuthenticator(
      issuer: issuer,
      keys: IssuerKeys(
        issuer: issuer.url, discoveryURL: issuer.discoveryURL, logger: logger, fetch: fetch.get),
      logger: logger)
  }
}
