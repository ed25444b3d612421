import AsyncHTTPClient
import NIOCore
import NIOPosix
import Synchronization

/// The connections to one place, kept open between requests. Redirects are not followed.
final class OutgoingClient: Sendable {
  /// Of requests under way through `counted`: more are refused at once.
  static let callsMax = 256

  let http: HTTPClient
  /// What is called in place of the URL's own host and port; `nil` calls these.
  let address: ServiceResolver.Address?
  private let callCount = Atomic(0)

  /// - Throws: where the PEM of `place` does not parse.
  init(_ place: OutgoingPlace, at address: ServiceResolver.Address?) throws {
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try place.tlsConfiguration(), redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(10)), decompression: .disabled)
    // A call that finds nobody fails now: its deadline is for those who think.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    configuration.closeDeaf()
    if let serverName = place.serverName, let address {
      configuration.dnsOverride[serverName] = address.host
    }
    self.address = address
    http = HTTPClient(
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
      configuration: configuration)
  }

  deinit {
    let http = http
    // Nobody waits for its idle connections to close; requests under way keep the client.
    Task { try? await http.shutdown() }
  }

  /// Runs one call.
  /// - Returns: `nil` where too many are under way.
  func counted<Answer>(_ call: () async throws -> Answer) async throws -> Answer? {
    defer { callCount.subtract(1, ordering: .relaxed) }
    guard callCount.add(1, ordering: .relaxed).newValue <= Self.callsMax else { return nil }
    return try await call()
  }

  /// `url` with the port that the endpoint listens at in place of the Service's.
  func called(_ url: String) -> String {
    guard let address else { return url }
    let authority = Self.authority(of: url)
    let host = authority.prefix { $0 != ":" }
    let rest = url.dropFirst("https://".count + authority.count)
    return "https://\(host):\(address.port)\(rest)"
  }

  /// `host:port`, as the `Host` field says it.
  static func authority(of url: String) -> String {
    String(url.dropFirst("https://".count).prefix { $0 != "/" && $0 != "?" })
  }
}
