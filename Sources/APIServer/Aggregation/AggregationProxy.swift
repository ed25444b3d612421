import AsyncHTTPClient
import Foundations
import NIOCore
import NIOHTTP1
import Networking
import Resources
import Security

/// Passes requests on to aggregated servers, and their answers back as they come.
struct AggregationProxy: Sendable {
  /// How long a server may think before its answer starts, and how long the answer may take where it is
  /// not one that lasts as long as the client likes.
  private let timeMax: Duration

  private let clients: OutgoingClients
  /// The front proxy's certificate; `nil` where this server has none, and so speaks for nobody.
  private let identity: Renewable<TLSIdentity>?
  private let calls = AggregatedCalls()

  init(clients: OutgoingClients, identity: Renewable<TLSIdentity>?, timeMax: Duration) {
    self.clients = clients
    self.identity = identity
    self.timeMax = timeMax
  }

  /// The request holds nothing of this server's any more: its seat is free at once, and others' have
  /// nothing to do with how slow the server behind is.
  /// - Throws: 503 where the server is not available, 429 where too many wait for it already.
  func pass(
    _ info: RequestInfo, to service: AggregatedService, _ seat: RequestSeat?,
    _ responder: Responder
  ) throws(APIError) {
    let request = info.request
    guard service.isAvailable, let identity else { throw .serviceUnavailable }
    let place = service.place(identity: OutgoingPlace.Identity(identity.current))
    guard calls.enter(service.name, byteCount: request.body.count) else {
      throw .tooManyRequests
    }
    seat?.giveUp()
    let part = info.trace?.call("proxy to aggregated server")
    part?.tell("apiservice", service.name)
    if request.headers.hasToken("upgrade", in: "connection") {
      // Lives as long as the session: it ends when either side closes its connection.
      Task {
        await upgrade(info, service, place, part, responder)
        part?.end()
      }
      return
    }
    // Lives until the other side has sent everything, its time is up, or the client is gone.
    let task = Task { await answerInTime(info, service, place, part, responder) }
    responder.onCancel { task.cancel() }
  }

  /// Asks for an upgrade and joins the two connections: for consoles and the like.
  private func upgrade(
    _ info: RequestInfo, _ service: AggregatedService, _ place: OutgoingPlace,
    _ part: RequestTrace?, _ responder: Responder
  ) async {
    let request = info.request
    let leave = { calls.leave(service.name, byteCount: request.body.count) }
    let endpoint: StreamingEndpoint
    do {
      endpoint = try clients.endpoint(
        of: place, namespace: service.namespace, name: service.service)
    } catch {
      leave()
      return responder.send(Self.unreached("\(error)"), for: request)
    }
    var headers = HeaderFields()
    for field in passedFields(info, service, part) { headers.add(field.name, field.value) }
    headers.add("upgrade", request.headers["upgrade"] ?? "")
    var client = UpgradeClient()
    client.answerTimeout = timeMax
    await UpgradeProxy(client).forward(
      UpgradeClient.Request(
        method: request.method, target: request.target.raw, headers: headers),
      to: endpoint, responder, onAnswer: leave
    ) { ProxyFields.answered(HTTPHeaders($0.map { ($0.name, $0.value) }), prefix: "") }
  }

  private static func unreached(_ why: String) -> APIError {
    APIError(
      code: 503, reason: .serviceUnavailable, message: "error trying to reach service: \(why)")
  }

  private func answerInTime(
    _ info: RequestInfo, _ service: AggregatedService, _ place: OutgoingPlace,
    _ part: RequestTrace?, _ responder: Responder
  ) async {
    if info.isOpenEnded { return await answer(info, service, place, part, responder) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await answer(info, service, place, part, responder) }
      // Cut short by the end of the answer.
      group.addTask { try? await Task.sleep(for: timeMax) }
      await group.next()
      group.cancelAll()
    }
  }

  private func answer(
    _ info: RequestInfo, _ service: AggregatedService, _ place: OutgoingPlace,
    _ part: RequestTrace?, _ responder: Responder
  ) async {
    let request = info.request
    let answer: HTTPClientResponse
    do {
      defer { calls.leave(service.name, byteCount: request.body.count) }
      let client = try clients.client(
        of: place, namespace: service.namespace, name: service.service)
      do {
        answer = try await client.http.execute(
          passed(info, service, part, client), deadline: .now() + TimeAmount(timeMax))
      } catch {
        clients.forget(client, of: place)
        throw error
      }
      part?.end()
    } catch {
      part?.end(error)
      let isLate = error is CancellationError || error as? HTTPClientError == .deadlineExceeded
      let why = isLate ? "no answer within \(timeMax)" : "\(error)"
      return responder.send(Self.unreached(why), for: request)
    }
    guard answer.status.code >= 200 else {
      return responder.send(
        APIError(code: 502, reason: .internalError, message: AggregatedCaller.switched),
        for: request)
    }
    if (300..<400).contains(answer.status.code), answer.headers.contains(name: "location") {
      // Whoever follows would show its credentials elsewhere.
      return responder.send(
        APIError(
          code: 502, reason: .internalError,
          message: "the backend attempted to redirect this request, which is not permitted"),
        for: request)
    }
    let head = ResponseHead(
      status: Int(answer.status.code), headers: ProxyFields.answered(answer.headers, prefix: ""))
    await answer.pass(to: responder.stream(head))
  }

  private func passed(
    _ info: RequestInfo, _ service: AggregatedService, _ part: RequestTrace?,
    _ client: OutgoingClient
  ) -> HTTPClientRequest {
    let request = info.request
    let url = service.url(request.target.raw)
    var passed = HTTPClientRequest(url: client.called(url))
    passed.method = HTTPMethod(rawValue: request.method.token)
    passed.headers = passedFields(info, service, part)
    if !request.body.isEmpty {
      passed.body = .bytes(request.body, length: .known(Int64(request.body.count)))
    }
    return passed
  }

  private func passedFields(
    _ info: RequestInfo, _ service: AggregatedService, _ part: RequestTrace?
  ) -> HTTPHeaders {
    var fields = RequestHeaderFields.passedOn(of: info.request, for: info.attributes.user)
    fields.replaceOrAdd(
      name: "host", value: OutgoingClient.authority(of: service.url(info.request.target.raw)))
    part?.inject(into: &fields)
    return fields
  }
}

extension HTTPClientResponse {
  /// Writes the body as it comes. A reader that is slow slows the server behind down.
  func pass(to writer: BodyWriter) async {
    do {
      for try await bytes in body {
        guard writer.write(Array(bytes.readableBytesView)) else { return }
        await writer.waitUntilWritable()
      }
      writer.finish()
    } catch {
      // The head is out: only a visible break tells the client that something is missing.
      writer.abort()
    }
  }
}

extension APIError {
  static let serviceUnavailable = APIError(
    code: 503, reason: .serviceUnavailable, message: "service unavailable")
}
