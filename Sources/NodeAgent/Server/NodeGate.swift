import Foundations
import Logging
import Networking
import Resources

/// The door to a node's own API. The API server and administrators pass by their certificates; whoever
/// else shows a certificate of the cluster or a token passes where the API server says that they may:
/// monitoring needs `get` on `nodes/metrics`.
struct NodeGate: Sendable {
  private static let trustedGroup = "system:masters"

  private let reviewer: AccessReviewer
  private let logger: Logger

  init(client: any ClusterClient, nodeName: String, logger: Logger) {
    reviewer = AccessReviewer(client: client, nodeName: nodeName)
    self.logger = logger
  }

  /// Whether nobody has to be asked.
  func isTrusted(_ request: ServerRequest) -> Bool {
    Self.peer(of: request)?.organizations.contains(Self.trustedGroup) ?? false
  }

  /// Asks about everybody else.
  /// - Returns: what is answered instead; `nil` where the request may pass.
  func refusal(of request: ServerRequest) async -> APIError? {
    let attributes = NodeAccessAttributes(request.method, request.path)
    do {
      guard let user = try await user(of: request) else { return .unauthorized }
      if try await reviewer.allows(user, attributes) { return nil }
      return APIError(
        code: 403, reason: .forbidden,
        message: "Forbidden (user=\(user.username ?? ""), verb=\(attributes.verb), "
          + "resource=nodes, subresource(s)=[\(attributes.subresource)])")
    } catch {
      logger.warning(
        "the API server cannot be asked who may use this node: \(error)",
        metadata: ["path": "\(request.path)"])
      return .internalError("the API server cannot be asked who may use this node")
    }
  }

  private func user(of request: ServerRequest) async throws -> UserInfo? {
    if let peer = Self.peer(of: request) {
      var user = UserInfo()
      user.username = peer.commonName
      user.groups = peer.organizations + ["system:authenticated"]
      return user
    }
    guard let token = Self.bearerToken(of: request) else { return nil }
    return try await reviewer.user(ofToken: token)
  }

  private static func peer(of request: ServerRequest) -> PeerIdentity? {
    request.connection.peer.flatMap {
      $0.notValidAfter >= Timestamp.now().seconds ? $0 : nil
    }
  }

  private static func bearerToken(of request: ServerRequest) -> String? {
    guard let field = request.headers["authorization"] else { return nil }
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1])
  }
}
