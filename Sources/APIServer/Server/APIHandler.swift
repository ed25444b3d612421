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
  private let now: @Sendable () -> Timestamp

  init(
    registry: APIRegistry, authenticator: Authenticator, authorizer: any Authorizer,
    pages: NonResourcePages, inFlight: RequestsInFlight, log: RequestLog,
    aggregation: AggregationLayer? = nil,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.inFlight = inFlight
    self.log = log
    self.registry = registry
    self.authenticator = authenticator
    self.authorizer = authorizer
    self.pages = pages
    self.aggregation = aggregation
    self.now = now
  }

  package func handle(_ request: ServerRequest, _ responder: Responder) {
    do throws(APIError) {
      if pages.isOpenToAnyone(request.path) { return try pages.answer(request, responder) }
      let user = try Impersonation(authorizer: authorizer).actingUser(
        of: request, for: try authenticator.user(of: request, now: now()))
      switch APIPath(path: request.path) {
      case .path(let path):
        try authorizePath(path, request.method, user)
        if try aggregation?.pass(request, for: user, responder) == true { return }
        try pages.answer(request, responder)
      case .resource(let path):
        try answer(path, request, user, responder)
      }
    } catch {
      responder.send(error, for: request)
    }
  }

  private func authorizePath(_ path: String, _ method: RequestMethod, _ user: User)
    throws(APIError)
  {
    var attributes = AccessAttributes(user: user, verb: method.token.lowercased())
    attributes.path = path
    guard authorizer.decide(attributes) == .allowed else {
      if user == .anonymous { throw .unauthorized }
      throw APIError(
        code: 403, reason: .forbidden,
        message: "forbidden: User \"\(user.name)\" cannot \(attributes.verb) path \"\(path)\"")
    }
  }

  private func answer(
    _ path: APIPath.ResourcePath, _ request: ServerRequest, _ user: User, _ responder: Responder
  ) throws(APIError) {
    let isWatch = request.query.isTrue("watch") && request.query["watch"] != nil
    guard let verb = APICall.verb(request.method, path, isWatch: isWatch) else {
      throw .methodNotAllowed(
        "the server does not allow this method on the requested resource")
    }
    try authorize(verb, path, request, user)
    guard let served = registry.resource(path.group, path.version, path.plural) else {
      if try aggregation?.pass(request, for: user, responder) == true { return }
      throw APIError(
        code: 404, reason: .notFound, message: "the server could not find the requested resource")
    }
    let call = try APICall(request: request, path: path, served: served, user: user, verb: verb)
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

  private func authorize(
    _ verb: APICall.Verb, _ path: APIPath.ResourcePath, _ request: ServerRequest, _ user: User
  ) throws(APIError) {
    var attributes = AccessAttributes(user: user, verb: verb.rawValue)
    attributes.group = path.group
    attributes.version = path.version
    attributes.resource = path.plural
    attributes.subresource = path.subresource ?? ""
    attributes.namespace = path.namespace ?? ""
    attributes.name = path.name ?? ""
    if !user.isMaster { attributes.limit(toSelected: request.query["fieldSelector"]) }
    try require(attributes, path)
    // Those streams run commands: a GET that opens one is no mere reading.
    if verb == .get, path.group.isEmpty, path.plural == "pods",
      let subresource = path.subresource, Self.streams.contains(subresource)
    {
      attributes.verb = "create"
      try require(attributes, path)
    }
  }

  private static let streams: Set<String> = ["exec", "attach", "portforward"]

  private func require(_ attributes: AccessAttributes, _ path: APIPath.ResourcePath)
    throws(APIError)
  {
    guard case .denied(let reason) = authorizer.decide(attributes) else { return }
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

extension AccessAttributes {
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
