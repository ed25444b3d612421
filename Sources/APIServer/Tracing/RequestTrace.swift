import NIOHTTP1
import Networking
import Tracing

/// A request that is traced, or a part of it: what goes on within it, and its end.
final class RequestTrace: Sendable {
  typealias Moment = DefaultTracerClock.Timestamp
  static var now: Moment { DefaultTracerClock.now }

  let span: RecordedSpan
  private let tracer: RequestTracer

  private init(_ span: RecordedSpan, _ tracer: RequestTracer) {
    self.span = span
    self.tracer = tracer
  }

  /// Where the client says which trace a request is a part of, only those who watch over the server
  /// are believed: it is for no other to say what is recorded. Theirs is linked to a trace of its own.
  /// Source: upstream's `WithTracing`, `notSystemPrivilegedGroup`.
  private static let trusted: Set<String> = ["system:masters", "system:monitoring"]

  /// Begins to trace a request, whose sender is known by now.
  /// - Parameters:
  ///   - asker: before anybody acts for others.
  ///   - received: when it came.
  /// - Returns: `nil` where the request is none of those that are recorded, and nobody else could
  ///   want to know what follows from it.
  init?(
    _ request: ServerRequest, _ path: APIPath, from asker: User, _ received: Moment,
    _ trail: AuditTrail?, by tracer: RequestTracer
  ) {
    var context = InstrumentationContext.topLevel
    tracer.extract(request.headers, into: &context, using: FieldExtractor())
    var link: TraceContext?
    if let parent = context.trace, Self.trusted.isDisjoint(with: asker.groups) {
      link = parent
      context = .topLevel
    }
    let span = tracer.startSpan(
      path.spanName(request.method), context: context, ofKind: .server, at: received)
    guard span.isRecording || context.trace != nil else { return nil }
    self.span = span
    self.tracer = tracer
    note("authentication", from: received, to: Self.now)
    if let link {
      var linked = InstrumentationContext.topLevel
      linked.trace = link
      span.addLink(SpanLink(context: linked, attributes: [:]))
    }
    span.updateAttributes { attributes in
      attributes["http.method"] = request.method.token
      // Without the query: what it holds is the client's own.
      attributes["http.target"] = request.path
      attributes["http.scheme"] = "https"
      if let agent = request.headers["user-agent"] {
        attributes["user_agent.original"] = agent
      }
      if let trail { attributes["audit-id"] = trail.auditID }
    }
  }

  /// Begins a part of it.
  func start(_ name: String) -> RequestTrace {
    RequestTrace(tracer.startSpan(name, context: span.context, ofKind: .internal), tracer)
  }

  /// Begins a part of it that somebody else carries out.
  func call(_ name: String) -> RequestTrace {
    RequestTrace(tracer.startSpan(name, context: span.context, ofKind: .client), tracer)
  }

  func tell(_ key: String, _ value: String) { span.updateAttributes { $0[key] = value } }

  /// A part that is over.
  func note(_ name: String, from start: Moment, to end: Moment) {
    guard span.isRecording else { return }
    tracer.startSpan(name, context: span.context, at: start).end(at: end)
  }

  /// - Parameter error: why it failed; `nil` for a good end.
  func end(_ error: (any Error)? = nil) {
    if let error {
      span.recordError(error)
      span.setStatus(SpanStatus(code: .error))
    }
    span.end()
  }

  func end<Success>(with result: Result<Success, some Error>) {
    switch result {
    case .success: end()
    case .failure(let error): end(error)
    }
  }

  /// Tells whoever is called which trace the call is a part of.
  func inject(into headers: inout HTTPHeaders) {
    tracer.inject(span.context, into: &headers, using: FieldInjector())
  }
}

private struct FieldExtractor: Extractor {
  func extract(key: String, from carrier: HeaderFields) -> String? { carrier[key] }
}

private struct FieldInjector: Injector {
  func inject(_ value: String, forKey key: String, into carrier: inout HTTPHeaders) {
    carrier.replaceOrAdd(name: key, value: value)
  }
}

extension APIPath {
  /// `GET /api/v1/namespaces/{:namespace}/pods/{:name}`: as upstream's `getSpanNameFromRequestInfo`
  /// puts it, so that requests that do the same have the same name.
  fileprivate func spanName(_ method: RequestMethod) -> String {
    guard case .resource(let path) = self else { return method.token }
    var name = path.group.isEmpty ? "/api" : "/apis/\(path.group)"
    name += "/\(path.version)"
    if path.namespace != nil { name += "/namespaces/{:namespace}" }
    name += "/\(path.plural)"
    if path.name != nil { name += "/{:name}" }
    if let subresource = path.subresource { name += "/\(subresource)" }
    return "\(method.token) \(name)"
  }
}
