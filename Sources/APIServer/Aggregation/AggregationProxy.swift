import AsyncHTTPClient
import Foundations
import NIOCore
import NIOHTTP1
import Networking
import Resources
import Security

/// Passes requests on to aggregated servers, and their answers back as they come.
struct AggregationProxy: Sendable {
  /// How long a server may think before its answer starts. Watches may start late.
  private static let headTimeMax = TimeAmount.seconds(60)

  let clients: OutgoingClients
  /// The front proxy's certificate; `nil` where this server has none, and so speaks for nobody.
  let identity: Renewable<TLSIdentity>?

  /// - Parameter target: path and query at the server, encoded.
  func pass(
    _ request: ServerRequest, to service: AggregatedService, target: String, for user: User,
    _ trace: RequestTrace?, _ responder: Responder
  ) throws(APIError) {
    guard service.isAvailable, let identity else { throw .serviceUnavailable }
    let place = service.place(identity: OutgoingPlace.Identity(identity.current))
    if request.headers.hasToken("upgrade", in: "connection") {
      throw .badRequest("an upgrade is not passed on to an aggregated server")
    }
    // Lives until the other side has sent everything or the client is gone.
    let part = trace?.call("proxy to aggregated server")
    part?.tell("apiservice", service.name)
    let task = Task { await answer(request, service, place, target, user, part, responder) }
    responder.onCancel { task.cancel() }
  }

  private func answer(
    _ request: ServerRequest, _ service: AggregatedService, _ place: OutgoingPlace,
    _ target: String, _ user: User, _ part: RequestTrace?, _ responder: Responder
  ) async {
    let answer: HTTPClientResponse
    do {
      let client = try clients.client(
        of: place, namespace: service.namespace, name: service.service)
      do {
        answer = try await client.http.execute(
          passed(request, service, target, user, part, client), deadline: .now() + Self.headTimeMax)
      } catch {
        clients.forget(client, of: place)
        throw error
      }
      part?.end()
    } catch {
      part?.end(error)
      return responder.send(
        APIError(
          code: 503, reason: .serviceUnavailable,
          message: "error trying to reach service: \(error)"), for: request)
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
    _ request: ServerRequest, _ service: AggregatedService, _ target: String, _ user: User,
    _ part: RequestTrace?, _ client: OutgoingClient
  ) -> HTTPClientRequest {
    let url = service.url(target)
    var passed = HTTPClientRequest(url: client.called(url))
    passed.method = HTTPMethod(rawValue: request.method.token)
    passed.headers = RequestHeaderFields.passedOn(of: request, for: user)
    passed.headers.replaceOrAdd(name: "host", value: OutgoingClient.authority(of: url))
    part?.inject(into: &passed.headers)
    if !request.body.isEmpty {
      passed.body = .bytes(request.body, length: .known(Int64(request.body.count)))
    }
    return passed
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
