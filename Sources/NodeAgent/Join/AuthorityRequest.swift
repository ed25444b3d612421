package import Networking

/// Asks a server for the cluster's CA certificate, without a check of who answers and without showing
/// anything. What comes has to be compared with what is known: a pin, or the key of an earlier one.
package struct AuthorityRequest: Sendable {
  /// Where a server shows its CA to everybody, as other distributions of Kubernetes do.
  package static let path = "/cacerts"
  private static let answerLimit: Duration = .seconds(15)

  private let server: ServerURL

  package init(_ server: ServerURL) { self.server = server }

  /// - Returns: PEM, as it came: nobody vouches for it.
  /// - Throws: `JoinError`.
  package func shown() async throws -> [UInt8] {
    var configuration = ClientConfiguration(server: server)
    configuration.skipsVerification = true
    let transport = HTTPTransport(configuration)
    defer { transport.close() }
    do {
      let answer = try await transport.send(
        ClientRequest(.get, Self.path), timeout: Self.answerLimit)
      guard answer.status == 200 else {
        throw JoinError.unreachable(
          server, reason: "\(Self.path) answers with HTTP status \(answer.status)")
      }
      return answer.body
    } catch let error as ClientError {
      throw JoinError.unreachable(server, reason: "\(error)")
    }
  }
}
