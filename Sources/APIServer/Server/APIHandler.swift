import Foundations
import Logging
package import Networking
import Resources

/// The front of the API server: who asks, for what, is it their turn, may they, and who answers.
///
/// Closed by default: without a known identity only the probes and `/version` answer.
package final class APIHandler: RequestHandler {
  private let registry: APIRegistry
  private let authenticator: Authenticator
  private let authorizer: any Authorizer
  private let pages: NonResourcePages
  private let aggregation: AggregationLayer?
  private let fairness: RequestFairness?
  private let inFlight: RequestsInFlight
  private let log: RequestLog
  /// `nil` writes nothing down.
  private let audit: AuditLog?
  /// `nil` traces nothing.
  private let tracer: RequestTracer?
  /// `nil` where nobody may look into the server.
  private let openRequests: OpenRequests?
  private let asksOthers: Bool
  private let now: @Sendable () -> Timestamp

  /// - Parameters:
  ///   - fairness: `nil` lets every request in at once.
  ///   - asksOthers: whether some decisions need answers of others (`RequestInquiry`).
  init(
    registry: APIRegistry, authenticator: Authenticator, authorizer: any Authorizer,
    pages: NonResourcePages, inFlight: RequestsInFlight, log: RequestLog,
    aggregation: AggregationLayer? = nil, audit: AuditLog? = nil, tracer: RequestTracer? = nil,
    openRequests: OpenRequests? = nil, fairness: RequestFairness?, asksOthers: Bool = false,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.fairness = fairness
    self.asksOthers = asksOthers
    self.inFlight = inFlight
    self.log = log
    self.registry = registry
    self.authenticator = authenticator
    self.authorizer = authorizer
    self.pages = pages
    self.aggregation = aggregation
    self.audit = audit
    self.tracer = tracer
    self.openRequests = openRequests
    self.now = now
  }

  package func handle(_ request: ServerRequest, _ responder: Responder) {
    do throws(APIError) {
      if pages.isOpenToAnyone(request.path),
        pages.isAlwaysOpen(request.path) || authenticator.letsAnybodyIn(at: request.path)
      {
        return try answerAnyone(request, responder)
      }
      let received = tracer == nil ? nil : RequestTrace.now
      if asksOthers { return settleAsker(request, received, responder) }
      let asker = try authenticated(request)
      let path = APIPath(path: request.path)
      var responder = responder
      let trail = audit == nil ? nil : open(request, path, of: asker, &responder)
      let user = try actingUser(of: request, for: asker)
      try take(request, path, of: asker, for: user, received, trail, responder)
    } catch {
      responder.send(error, for: request)
    }
  }

  private func answerAnyone(_ request: ServerRequest, _ responder: Responder) throws(APIError) {
    var responder = responder
    if audit != nil { _ = open(request, .path(request.path), of: anyone(request), &responder) }
    try pages.answer(request, responder)
  }

  private func actingUser(of request: ServerRequest, for asker: User) throws(APIError) -> User {
    try Impersonation(authorizer: authorizer).actingUser(of: request, for: asker)
  }

  /// Inlined: it is on the way of every request.
  @inline(__always)
  private func take(
    _ request: ServerRequest, _ path: APIPath, of asker: User, for user: User,
    _ received: RequestTrace.Moment?, _ trail: AuditTrail?, _ responder: Responder
  ) throws(APIError) {
    if let trail, user != asker { trail.actsFor(user) }
    var responder = responder
    var trace: RequestTrace?
    if let tracer, let received {
      trace = RequestTrace(request, path, from: asker, received, trail, by: tracer)
      if let trace { responder = Responder(TracedSink(responder.sink, trace)) }
    }
    let info = try RequestInfo(request, path, of: user, registry, trail, trace)
    guard let fairness, !info.isLongRunning else { return serve(info, nil, responder) }
    admit(info, by: fairness, responder)
  }

  // MARK: Decisions that take answers of others

  private func settleAsker(
    _ request: ServerRequest, _ received: RequestTrace.Moment?, _ responder: Responder
  ) {
    RequestInquiry.settle(on: request.connection.eventLoop) { () throws(APIError) in
      try self.authenticated(request)
    } then: { result in
      switch result {
      case .success(let asker): self.settleActingUser(request, of: asker, received, responder)
      case .failure(let error): responder.send(error, for: request)
      }
    }
  }

  private func settleActingUser(
    _ request: ServerRequest, of asker: User, _ received: RequestTrace.Moment?,
    _ responder: Responder
  ) {
    let path = APIPath(path: request.path)
    var responder = responder
    let trail = audit == nil ? nil : open(request, path, of: asker, &responder)
    let opened = responder
    RequestInquiry.settle(on: request.connection.eventLoop) { () throws(APIError) in
      try self.actingUser(of: request, for: asker)
    } then: { result in
      do throws(APIError) {
        let user = try result.get()
        try self.take(request, path, of: asker, for: user, received, trail, opened)
      } catch {
        opened.send(error, for: request)
      }
    }
  }

  /// As `answer`, where whether it may be, or what is asked while it is answered, may take answers.
  private func settle(_ info: RequestInfo, _ seat: RequestSeat?, _ responder: Responder) {
    HeldRefusals.settle(on: info.request.connection.eventLoop, responder) {
      (responder: Responder) throws(APIError) in
      try self.answer(info, seat, responder)
    } refuse: {
      responder.send($0, for: info.request)
    }
  }

  // MARK: Priority and fairness

  private func admit(_ info: RequestInfo, by fairness: RequestFairness, _ responder: Responder) {
    let route = fairness.route(of: info.attributes)
    let seats = route.level == nil ? 0 : info.seats
    let eventLoop = info.request.connection.eventLoop
    if let entry = fairness.enter(route, seats: seats) {
      return serve(info, AdmittedRequest(entry, by: route, on: eventLoop), responder)
    }
    let wait = info.trace?.start("wait for a turn")
    fairness.wait(info.attributes, by: route, seats: seats, info.request, responder) { entry in
      wait?.end()
      self.serve(info, AdmittedRequest(entry, by: route, on: eventLoop), responder)
    }
  }

  private func serve(
    _ info: RequestInfo, _ admitted: AdmittedRequest?, _ responder: Responder
  ) {
    var observed = responder.observed(by: RequestObservation(info, admitted, inFlight, log))
    if let openRequests { observed = openRequests.open(info, admitted, observed) }
    do throws(APIError) {
      if admitted?.isRefused == true { throw .tooManyRequests }
      if asksOthers { return settle(info, admitted?.seat, observed) }
      try answer(info, admitted?.seat, observed)
    } catch {
      observed.send(error, for: info.request)
    }
  }

  // MARK: Authorizing and answering

  private func answer(_ info: RequestInfo, _ seat: RequestSeat?, _ responder: Responder)
    throws(APIError)
  {
    switch info.target {
    case .path(let path):
      try authorizePath(path, info)
      if try aggregation?.pass(info, seat, responder) == true { return }
      try pages.answer(info.request, responder)
    case .resource(let path, let verb, let served):
      try authorize(verb, path, info)
      guard let served else {
        if try aggregation?.pass(info, seat, responder) == true { return }
        throw APIError(
          code: 404, reason: .notFound, message: "the server could not find the requested resource")
      }
      var call = try APICall(
        request: info.request, path: path, served: served, user: info.attributes.user, verb: verb)
      call.audit = info.trail
      call.trace = info.trace
      call.seat = seat
      try answer(call, responder)
    }
  }

  private func authorizePath(_ path: String, _ info: RequestInfo) throws(APIError) {
    let attributes = info.attributes
    let decision = decide(attributes, info)
    guard decision == .allowed else {
      if attributes.user == .anonymous { throw .unauthorized }
      throw APIError(
        code: 403, reason: .forbidden,
        message: "forbidden: User \"\(attributes.user.name)\" cannot \(attributes.verb) path "
          + "\"\(path)\"")
    }
  }

  private func answer(_ call: APICall, _ responder: Responder) throws(APIError) {
    let (path, served) = (call.path, call.served)
    if let subresource = path.subresource {
      guard let handler = served.subresources[subresource] else {
        throw APIError(
          code: 404, reason: .notFound, message: "the server could not find the requested resource")
      }
      return try handler.handle(call, responder)
    }
    try served.handler.handle(call, responder)
  }

  private func decide(_ attributes: AccessAttributes, _ info: RequestInfo) -> AccessDecision {
    let part = info.trace?.start("authorization")
    defer { part?.end() }
    let decision = authorizer.decide(attributes)
    // One that waits for an answer is none yet.
    if let trail = info.trail, !RequestInquiry.isCurrentWaiting {
      trail.note(decision, attributes, authorizer)
    }
    return decision
  }

  private func authorize(
    _ verb: APICall.Verb, _ path: APIPath.ResourcePath, _ info: RequestInfo
  ) throws(APIError) {
    var attributes = info.attributes
    if let selector = info.request.query["fieldSelector"], !attributes.user.isMaster {
      attributes.limit(toSelected: selector)
    }
    try require(attributes, path, info)
    // Those streams run commands: a GET that opens one is no mere reading.
    if verb == .get, path.group.isEmpty, path.plural == "pods",
      let subresource = path.subresource, Self.streams.contains(subresource)
    {
      attributes.verb = "create"
      try require(attributes, path, info)
    }
  }

  private static let streams: Set<String> = ["exec", "attach", "portforward"]

  private func require(
    _ attributes: AccessAttributes, _ path: APIPath.ResourcePath, _ info: RequestInfo
  ) throws(APIError) {
    let decision = decide(attributes, info)
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
      if let audit, !RequestInquiry.isCurrentWaiting {
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
        user: user, verb: RequestInfo.verb(of: request, path)?.rawValue ?? method, path)
    }
  }
}

extension AccessAttributes {
  init(user: User, verb: String, _ path: APIPath.ResourcePath) {
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
  fileprivate mutating func limit(toSelected selector: String) {
    guard !selector.isEmpty, ["list", "watch", "deletecollection"].contains(verb),
      let parsed = try? FieldSelector(parsing: selector)
    else { return }
    fieldRequirements = parsed.requirements
    if name.isEmpty { name = parsed.requiredValue(of: "metadata.name") ?? "" }
  }
}
