import Foundations
import Logging
package import Networking
import Resources

/// The front of the API server: who asks, for what, may they, and who answers.
///
/// Closed by default: without a known identity only the probes and `/version` answer.
package final class APIHandler: RequestHandler {
  private let registry: APIRegistry
  private let authenticator: Authenticator
  private let authorizer: any Authorizer
  private let pages: NonResourcePages
  private let aggregation: AggregationLayer?
  private let inFlight: RequestsInFlight
  private let log: RequestLog
  /// `nil` writes nothing down.
  private let audit: AuditLog?
  private let now: @Sendable () -> Timestamp

  init(
    registry: APIRegistry, authenticator: Authenticator, authorizer: any Authorizer,
    pages: NonResourcePages, inFlight: RequestsInFlight, log: RequestLog,
    aggregation: AggregationLayer? = nil, audit: AuditLog? = nil,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.inFlight = inFlight
    self.log = log
    self.registry = registry
    self.authenticator = authenticator
    self.authorizer = authorizer
    self.pages = pages
    self.aggregation = aggregation
    self.audit = audit
    self.now = now
  }

  package func handle(_ request: ServerRequest, _ responder: Responder) {
    var responder = responder
    do throws(APIError) {
      if pages.isOpenToAnyone(request.path) {
        if audit != nil { _ = open(request, .path(request.path), of: anyone(request), &responder) }
        return try pages.answer(request, responder)
      }
      let asker = try authenticated(request)
      let path = APIPath(path: request.path)
      let trail = audit == nil ? nil : open(request, path, of: asker, &responder)
      let user = try Impersonation(authorizer: authorizer).actingUser(of: request, for: asker)
      if let trail, user != asker { trail.actsFor(user) }
      switch path {
      case .path(let path):
        try authorizePath(path, request.method, user, trail)
        if try aggregation?.pass(request, for: user, responder) == true { return }
        try pages.answer(request, responder)
      case .resource(let path):
        try answer(path, request, user, responder, trail)
      }
    } catch {
      responder.send(error, for: request)
    }
  }

  private func authorizePath(
    _ path: String, _ method: RequestMethod, _ user: User, _ trail: AuditTrail?
  ) throws(APIError) {
    var attributes = AccessAttributes(user: user, verb: method.token.lowercased())
    attributes.path = path
    let decision = authorizer.decide(attributes)
    trail?.note(decision, attributes, authorizer)
    guard decision == .allowed else {
      if user == .anonymous { throw .unauthorized }
      throw APIError(
        code: 403, reason: .forbidden,
        message: "forbidden: User \"\(user.name)\" cannot \(attributes.verb) path \"\(path)\"")
    }
  }

  private func answer(
    _ path: APIPath.ResourcePath, _ request: ServerRequest, _ user: User, _ responder: Responder,
    _ trail: AuditTrail?
  ) throws(APIError) {
    guard let verb = Self.verb(of: request, path) else {
      throw .methodNotAllowed(
        "the server does not allow this method on the requested resource")
    }
    try authorize(verb, path, request, user, trail)
    guard let served = registry.resource(path.group, path.version, path.plural) else {
      if try aggregation?.pass(request, for: user, responder) == true { return }
      throw APIError(
        code: 404, reason: .notFound, message: "the server could not find the requested resource")
    }
    var call = try APICall(request: request, path: path, served: served, user: user, verb: verb)
    call.audit = trail
    let handler = path.subresource.map { served.subresources[$0] } ?? served.handler
    guard let handler else {
      throw APIError(
        code: 404, reason: .notFound, message: "the server could not find the requested resource")
    }
    let observed = responder.observed(by: RequestObservation(call, inFlight, log))
    do throws(APIError) {
      try handler.handle(call, observed)
    } catch {
      observed.send(error, for: request)
    }
  }

  private static func verb(of request: ServerRequest, _ path: APIPath.ResourcePath)
    -> APICall.Verb?
  {
    let isWatch = request.query.isTrue("watch") && request.query["watch"] != nil
    return APICall.verb(request.method, path, isWatch: isWatch)
  }

  private func authorize(
    _ verb: APICall.Verb, _ path: APIPath.ResourcePath, _ request: ServerRequest, _ user: User,
    _ trail: AuditTrail?
  ) throws(APIError) {
    var attributes = AccessAttributes(user: user, verb: verb.rawValue, path)
    if !user.isMaster { attributes.limit(toSelected: request.query["fieldSelector"]) }
    try require(attributes, path, trail)
    // Those streams run commands: a GET that opens one is no mere reading.
    if verb == .get, path.group.isEmpty, path.plural == "pods",
      let subresource = path.subresource, Self.streams.contains(subresource)
    {
      attributes.verb = "create"
      try require(attributes, path, trail)
    }
  }

  private static let streams: Set<String> = ["exec", "attach", "portforward"]

  private func require(
    _ attributes: AccessAttributes, _ path: APIPath.ResourcePath, _ trail: AuditTrail?
  ) throws(APIError) {
    let decision = authorizer.decide(attributes)
    trail?.note(decision, attributes, authorizer)
    guard case .denied(let reason) = decision else { return }
    if attributes.user == .anonymous { throw .unauthorized }
    let resource = ResourceType(
      group: path.group, version: path.version, plural: path.plural, kind: "",
      isNamespaced: path.namespace != nil)
    throw .accessDenied(
      user: attributes.user.name, verb: attributes.verb, resource: resource,
      subresource: path.subresource, name: path.name ?? "", namespace: path.namespace,
      reason: reason)
  }
}

// MARK: The audit log

extension APIHandler {
  /// - Throws: 401, after the audit log has heard of it.
  private func authenticated(_ request: ServerRequest) throws(APIError) -> User {
    do throws(APIError) {
      return try authenticator.user(of: request, now: now())
    } catch {
      if let audit {
        let nobody = User(name: "")
        audit.open(request, attributes(request, APIPath(path: request.path), of: nobody))?
          .refused(status: error.code, message: error.message)
      }
      throw error
    }
  }

  /// Who asks for what anyone may have, as far as they showed who they are.
  private func anyone(_ request: ServerRequest) -> User {
    do throws(APIError) {
      return try authenticator.user(of: request, now: now())
    } catch {
      return .anonymous
    }
  }

  /// Begins to write a request down. What is answered then passes the trail.
  private func open(
    _ request: ServerRequest, _ path: APIPath, of user: User, _ responder: inout Responder
  ) -> AuditTrail? {
    guard let trail = audit?.open(request, attributes(request, path, of: user)) else {
      return nil
    }
    responder = Responder(AuditedSink(responder.sink, trail))
    return trail
  }

  private func attributes(_ request: ServerRequest, _ path: APIPath, of user: User)
    -> AccessAttributes
  {
    let method = request.method.token.lowercased()
    switch path {
    case .path(let path):
      var attributes = AccessAttributes(user: user, verb: method)
      attributes.path = path
      return attributes
    case .resource(let path):
      return AccessAttributes(
        user: user, verb: Self.verb(of: request, path)?.rawValue ?? method, path)
    }
  }
}

extension AccessAttributes {
  fileprivate init(user: User, verb: String, _ path: APIPath.ResourcePath) {
    self.init(user: user, verb: verb)
    group = path.group
    version = path.version
    resource = path.plural
    subresource = path.subresource ?? ""
    namespace = path.namespace ?? ""
    name = path.name ?? ""
  }

  /// Takes in what a list or watch is limited to. A selector that cannot be read limits nothing; the
  /// request is refused for it later.
  fileprivate mutating func limit(toSelected selector: String?) {
    guard let selector, !selector.isEmpty, ["list", "watch", "deletecollection"].contains(verb),
      let parsed = try? FieldSelector(parsing: selector)
    else { return }
    fieldRequirements = parsed.requirements
    if name.isEmpty { name = parsed.requiredValue(of: "metadata.name") ?? "" }
  }
}
