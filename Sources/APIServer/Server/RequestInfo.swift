import Networking
import Resources
import Store

/// What an authenticated request is about, before anybody says whether it may be. Shared by all who
/// serve it: its parts are many.
final class RequestInfo: Sendable {
  enum Target: Sendable {
    /// Outside the resources: `/version`.
    case path(String)
    /// `nil` for a resource that this server does not know.
    case resource(APIPath.ResourcePath, APICall.Verb, ServedResource?)
  }

  let request: ServerRequest
  let target: Target
  /// The question for authorization, and for whatever else tells requests apart.
  let attributes: AccessAttributes
  /// Where it is written down; `nil` where it is not.
  let trail: AuditTrail?
  /// Where it is traced; `nil` where it is not.
  let trace: RequestTrace?

  /// - Throws: 405 where the method means nothing for a resource.
  init(
    _ request: ServerRequest, _ path: APIPath, of user: User, _ registry: APIRegistry,
    _ trail: AuditTrail?, _ trace: RequestTrace?
  ) throws(APIError) {
    self.request = request
    self.trail = trail
    self.trace = trace
    switch path {
    case .path(let path):
      var attributes = AccessAttributes(user: user, verb: request.method.token.lowercased())
      attributes.path = path
      self.attributes = attributes
      target = .path(path)
    case .resource(let path):
      guard let verb = Self.verb(of: request, path) else {
        throw .methodNotAllowed("the server does not allow this method on the requested resource")
      }
      attributes = AccessAttributes(user: user, verb: verb.rawValue, path)
      target = .resource(path, verb, registry.resource(path.group, path.version, path.plural))
    }
  }

  /// `nil` where the method means nothing for a resource.
  static func verb(of request: ServerRequest, _ path: APIPath.ResourcePath) -> APICall.Verb? {
    let isWatch = request.query.isTrue("watch") && request.query["watch"] != nil
    return APICall.verb(request.method, path, isWatch: isWatch)
  }

  /// What lasts as long as the client likes, watches apart.
  private static let longRunning: Set<String> = ["attach", "exec", "log", "portforward", "proxy"]

  /// Such requests are for the node or pod that they lead to: they hold nothing of the server's.
  var isLongRunning: Bool {
    !attributes.subresource.isEmpty && Self.longRunning.contains(attributes.subresource)
  }

  /// Whether its answer lasts as long as the client likes.
  var isOpenEnded: Bool {
    if case .resource(_, .watch, _) = target { return true }
    return isLongRunning
  }

  /// What the request weighs.
  var seats: Int {
    guard case .resource(_, let verb, let served) = target else { return 1 }
    return SeatEstimate.seats(verb, request.query) { served?.collection?.cache.count }
  }
}
