import Foundations
import Logging
import Resources
import Security
import Synchronization

/// Who is asked whether something is allowed, and in which order: the file of
/// `--authorization-config`, read again when it changes.
package final class StructuredAuthorization: Sendable {
  private let path: String
  private let node: any Authorizer
  private let roles: any Authorizer
  private let clients: OutgoingClients
  private let logger: Logger
  private let state: Mutex<State>

  private struct State {
    var bytes: [UInt8]
    var authorizers: [any Authorizer]
    /// What was said last about a file that cannot be used.
    var problem: String?
  }

  private static let lookEvery = Duration.seconds(5)

  /// Reads the file and the kubeconfigs that it names. Blocks on disk.
  /// - Throws: `ConfigurationFileError`, `FileError`.
  init(
    path: String, node: any Authorizer, roles: any Authorizer, clients: OutgoingClients,
    logger: Logger
  ) throws {
    self.path = path
    self.node = node
    self.roles = roles
    self.clients = clients
    self.logger = logger
    let bytes = try Self.read(path)
    state = Mutex(State(bytes: bytes, authorizers: []))
    let authorizers = try self.authorizers(of: bytes)
    state.withLock { $0.authorizers = authorizers }
  }

  var authorizers: [any Authorizer] { state.withLock { $0.authorizers } }

  /// Follows the file until the task is cancelled.
  func run() async {
    while true {
      do { try await ContinuousClock().sleep(for: Self.lookEvery) } catch { return }
      readAgain()
    }
  }

  /// What cannot be read, or is wrong, leaves in force what was.
  func readAgain() {
    do {
      let bytes = try Self.read(path)
      guard bytes != state.withLock({ $0.bytes }) else {
        return state.withLock { $0.problem = nil }
      }
      let fresh = try authorizers(of: bytes)
      state.withLock { $0 = State(bytes: bytes, authorizers: fresh) }
      logger.info("the authorization configuration was read again", metadata: ["file": "\(path)"])
    } catch {
      let isNews = state.withLock { state in
        defer { state.problem = "\(error)" }
        return state.problem != "\(error)"
      }
      if isNews { logger.error("the authorization configuration stays as it was: \(error)") }
    }
  }

  private func authorizers(of bytes: [UInt8]) throws -> [any Authorizer] {
    try AuthorizationConfiguration(bytes, path: path).members.map { member in
      switch member {
      case .node: node
      case .roles: roles
      case .alwaysAllow: AlwaysAllowAuthorizer()
      case .alwaysDeny: AlwaysDenyAuthorizer()
      case .webhook(let settings): try webhook(settings)
      }
    }
  }

  private func webhook(_ settings: AuthorizationWebhook) throws -> WebhookAuthorizer {
    let connection: ClusterConnection
    do throws(KubeconfigError) {
      connection = try ClusterConnection(kubeconfig: settings.kubeconfig)
    } catch {
      throw problem(settings, "\(error)")
    }
    guard connection.server.hasPrefix("https://") else {
      throw problem(settings, "its server is \"\(connection.server)\", and has to be an https URL")
    }
    guard connection.tlsServerName == nil else {
      throw problem(settings, "tls-server-name is not supported here")
    }
    let place = OutgoingPlace(
      authorityPEM: connection.authorityPEM ?? [],
      skipsVerification: connection.skipsTLSVerification,
      identity: connection.identity.map { OutgoingPlace.Identity($0) })
    let fetch = DocumentFetch(
      clients: clients, place: place, timeout: settings.timeout,
      byteCountMax: WebhookAuthorizer.answerByteCountMax)
    return WebhookAuthorizer(settings, logger: logger) { [connection] review in
      try await fetch.post(review, to: connection.server, token: connection.token)
    }
  }

  private func problem(_ settings: AuthorizationWebhook, _ reason: String)
    -> ConfigurationFileError
  {
    ConfigurationFileError(
      path: path, reasons: ["\(settings.name): \(settings.kubeconfig): \(reason)"])
  }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let bytes = try DurableFile.read(path) else {
      throw ConfigurationFileError(path: path, reasons: ["there is no such file"])
    }
    return bytes
  }
}
