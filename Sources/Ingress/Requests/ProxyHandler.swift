import NIOCore
import Networking

/// Answers the requests of clients with what endpoints say.
struct ProxyHandler: StreamingRequestHandler {
  let services: ProxyServices
  let upgrades: UpgradeForwarding

  /// A request without a body, or one that asks for an upgrade.
  func handle(_ request: ServerRequest, _ responder: Responder) {
    if let name = request.headers["upgrade"], request.connection.version == .http1,
      request.headers.hasToken("upgrade", in: "connection"), name != "h2c"
    {
      return upgrades.forward(request, to: name, responder)
    }
    start(request, body: nil, responder)
  }

  func handle(_ request: ServerRequest, _ body: RequestBody, _ responder: Responder) {
    start(request, body: body, responder)
  }

  private func start(_ request: ServerRequest, body: RequestBody?, _ responder: Responder) {
    guard let eventLoop = request.connection.eventLoop else {
      preconditionFailure("a request of the network has an event loop")
    }
    // A tunnel to anywhere is what nobody here offers.
    guard request.method != .connect else {
      return responder.send(PlainAnswer.badRequest("this server opens no tunnels"))
    }
    guard RequestForwarding.isSendable(request) else {
      return responder.send(PlainAnswer.badRequest("a method or field name is no HTTP token"))
    }
    ProxyExchange(
      request, body: body, responder, services: services, pools: services.pools(on: eventLoop)
    ).run()
  }
}
