import Networking
import Resources

/// A write of the server's own components, as it is written down: what it would be as a request.
struct LoopbackCall: Sendable {
  let verb: APICall.Verb
  let resource: ResourceType
  var namespace: String?
  var name: String?
  var subresource: String?
  /// Who writes, among the server's components; empty where that is not said.
  var manager = ""
  var body: Document?

  private var attributes: (User) -> AccessAttributes {
    { user in
      var path = APIPath.ResourcePath(
        group: resource.group, version: resource.version, plural: resource.plural)
      path.namespace = namespace
      path.name = name
      path.subresource = subresource
      return AccessAttributes(user: user, verb: verb.rawValue, path)
    }
  }

  private var method: RequestMethod {
    switch verb {
    case .create: .post
    case .update: .put
    case .patch: .patch
    case .delete, .deletecollection: .delete
    case .get, .list, .watch: .get
    }
  }

  /// Begins to write it down.
  /// - Returns: `nil` where the policy is not interested; the request is not even made up then.
  /// - Throws: where it cannot be put as a request.
  func open(in log: AuditLog, of user: User) throws(APIError) -> AuditTrail? {
    let attributes = attributes(user)
    guard log.isInterested(in: attributes) else { return nil }
    let parts = [name, subresource].compactMap { $0 }.map { "/\($0)" }
    let request = try LoopbackExchange().request(
      method, path: resource.path(namespace: namespace) + parts.joined(), body: body?.json ?? [],
      userAgent: manager.isEmpty ? "martlet" : "martlet/\(manager)")
    return log.open(request, attributes)
  }

  /// What a write that went well is answered with.
  var status: Int { verb == .create ? 201 : 200 }
}

extension AuditTrail {
  /// The object that a write was answered with.
  func complete(_ status: Int, _ answer: Document) {
    complete(
      status: status,
      ServerResponse(status: status, contentType: "application/json", body: answer.json))
  }

  func complete(_ error: any Error) {
    let error = error as? APIError ?? .internalError("\(error)")
    complete(error.code, error.status)
  }
}
