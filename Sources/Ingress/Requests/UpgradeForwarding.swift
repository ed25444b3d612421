import IngressRouting
import NIOCore
import Networking
import Synchronization

/// Joins clients that leave HTTP (WebSockets) with an endpoint that agrees.
final class UpgradeForwarding: Sendable {
  private let services: ProxyServices
  private let turn = Atomic(0)
  private let openCount = Atomic(0)

  /// Upgraded connections at a time, of all clients: each holds two sockets for as long as it likes.
  private static let openMax = 8_192

  init(_ services: ProxyServices) { self.services = services }

  /// What a request came to, for the log.
  private struct Outcome {
    var status: Int
    var route: RequestCounts.RouteName?
    var endpoint: StreamingEndpoint?
  }

  func forward(_ request: ServerRequest, to name: String, _ responder: Responder) {
    guard openCount.wrappingAdd(1, ordering: .relaxed).newValue <= Self.openMax else {
      openCount.wrappingSubtract(1, ordering: .relaxed)
      return responder.send(PlainAnswer.noEndpoint())
    }
    // A task, because connections are joined by async code and this is NIO's callback; it ends with
    // the connections.
    Task { [self] in
      let start = NIODeadline.now()
      let outcome = await join(request, to: name, responder)
      openCount.wrappingSubtract(1, ordering: .relaxed)
      services.accessLog?.write(
        AccessLog.Record(
          request: request, status: outcome.status, byteCount: 0,
          nanoseconds: (NIODeadline.now() - start).nanoseconds,
          ingress: outcome.route?.ingress ?? "", backend: outcome.route?.backend ?? "",
          endpoint: outcome.endpoint.map { "\($0)" } ?? ""))
    }
  }

  private func join(
    _ request: ServerRequest, to name: String, _ responder: Responder
  ) async -> Outcome {
    var outcome = Outcome(status: 0)
    func answer(_ response: ServerResponse) -> Outcome {
      responder.send(response)
      outcome.status = response.status
      return outcome
    }
    guard RequestForwarding.isSendable(request) else {
      return answer(PlainAnswer.badRequest("a method or field name is no HTTP token"))
    }
    guard let backend = services.routes.backend(of: request) else {
      return answer(PlainAnswer.noRoute())
    }
    outcome.route = backend.name
    let endpoints = attempts(at: backend)
    guard !endpoints.isEmpty else { return answer(PlainAnswer.noEndpoint()) }
    var client = UpgradeClient(StreamDialer(connectTimeout: services.limits.connectTimeout))
    client.answerTimeout = services.limits.backendTimeout
    for endpoint in endpoints {
      outcome.endpoint = endpoint
      do {
        switch try await client.upgrade(upgrade(request, to: name), at: endpoint) {
        case .refused(let response): return answer(response.withoutConnectionFields)
        case .upgraded(let headers, let upstream):
          outcome.status = 101
          await splice(upstream, headers, with: responder, name)
          return outcome
        }
      } catch UpgradeClient.Failure.unreachable {
        continue
      } catch UpgradeClient.Failure.answerTimeout {
        return answer(PlainAnswer.gatewayTimeout())
      } catch {
        return answer(PlainAnswer.badGateway())
      }
    }
    return answer(PlainAnswer.badGateway())
  }

  /// The endpoints to try, in turn.
  private func attempts(at backend: RoutedBackend) -> [StreamingEndpoint] {
    var (endpoints, first) = (backend.endpoints, 0)
    if let client = backend.stickyClient {
      endpoints = ClientAffinity.ranking(of: endpoints, for: client)
    } else {
      first = turn.wrappingAdd(1, ordering: .relaxed).oldValue & .max
    }
    return (0..<min(endpoints.count, services.limits.attemptsMax)).map { offset in
      let endpoint = endpoints[(first &+ offset) % endpoints.count]
      return StreamingEndpoint(host: "\(endpoint.address)", port: endpoint.port)
    }
  }

  private func upgrade(_ request: ServerRequest, to name: String) -> UpgradeClient.Request {
    var fields = RequestForwarding.fields(of: request, port: services.port(of: request))
    fields.add("upgrade", name)
    return UpgradeClient.Request(
      method: request.method, target: RequestForwarding.target(of: request), headers: fields)
  }

  /// Returns when the two are through with each other.
  private func splice(
    _ upstream: any ByteDuplex, _ headers: HeaderFields, with responder: Responder, _ name: String
  ) async {
    var fields = headers
    for field in ["connection", "upgrade", "date"] { fields.remove(field) }
    guard let downstream = await responder.upgradeToDuplex(to: name, headers: fields) else {
      return upstream.close()
    }
    await Networking.splice(downstream, upstream)
  }
}
