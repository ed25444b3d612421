package import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks a container one question over HTTP, on a connection of its own, so that nothing it answers
/// is mistaken for the next answer. Certificates are not looked at, as upstream does not.
package struct ProbeHTTPClient: Sendable {
  package struct Answer: Equatable, Sendable {
    package var status: Int
    /// At most `bodyMax` bytes.
    package var body: String
    package var location: String?
  }

  private let group: any EventLoopGroup
  /// Source: kubelet's maxRespBodyLength.
  static let bodyMax = 10 << 10

  package init(group: any EventLoopGroup) { self.group = group }

  /// - Throws: where nobody answers in time, or what answers is no HTTP.
  package func get(
    _ check: ProbeTarget.HTTPCheck, timeout: Duration
  ) async throws -> Answer {
    let promise = group.next().makePromise(of: Answer.self)
    let limit = TimeAmount(timeout)
    let bootstrap = ClientBootstrap(group: group)
      .connectTimeout(limit)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if check.isTLS {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            try pipeline.addHandler(
              NIOSSLClientHandler(
                context: NIOSSLContext(configuration: configuration), serverHostname: nil))
          }
          try pipeline.addHTTPClientHandlers()
          try pipeline.addHandler(ProbeHTTPHandler(check: check, promise: promise))
        }
      }
    let channel: any Channel
    do {
      channel = try await bootstrap.connect(host: check.host, port: check.port).get()
    } catch {
      promise.fail(error)
      _ = try await promise.futureResult.get()
      throw error
    }
    let timer = channel.eventLoop.scheduleTask(in: limit) {
      promise.fail(ProbeFailure.noAnswer)
      channel.close(promise: nil)
    }
    defer {
      timer.cancel()
      channel.close(promise: nil)
    }
    return try await promise.futureResult.get()
  }
}

/// Why a probe has nothing to tell.
package enum ProbeFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case noAnswer
  case closedEarly

  package var description: String {
    switch self {
    case .noAnswer: "context deadline exceeded (no answer in time)"
    case .closedEarly: "the connection was closed before an answer came (EOF)"
    }
  }
}

private final class ProbeHTTPHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let check: ProbeTarget.HTTPCheck
  private let promise: EventLoopPromise<ProbeHTTPClient.Answer>
  private var answer: ProbeHTTPClient.Answer?

  init(check: ProbeTarget.HTTPCheck, promise: EventLoopPromise<ProbeHTTPClient.Answer>) {
    self.check = check
    self.promise = promise
  }

  func channelActive(context: ChannelHandlerContext) {
    var headers = HTTPHeaders()
    for (name, value) in check.headers { headers.add(name: name, value: value) }
    if !headers.contains(name: "Host") {
      let host = check.host.contains(":") ? "[\(check.host)]" : check.host
      headers.add(name: "Host", value: "\(host):\(check.port)")
    }
    if !headers.contains(name: "User-Agent") {
      headers.add(name: "User-Agent", value: "kube-probe/1.34")
    }
    if !headers.contains(name: "Accept") { headers.add(name: "Accept", value: "*/*") }
    headers.replaceOrAdd(name: "Connection", value: "close")
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: check.path, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      answer = ProbeHTTPClient.Answer(
        status: Int(head.status.code), body: "", location: head.headers.first(name: "Location"))
    case .body(let buffer):
      let room = ProbeHTTPClient.bodyMax - (answer?.body.utf8.count ?? 0)
      answer?.body += String(
        buffer: buffer.getSlice(
          at: buffer.readerIndex, length: min(room, buffer.readableBytes)) ?? ByteBuffer())
      // More is not looked at.
      if buffer.readableBytes >= room { finish() }
    case .end: finish()
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    // An answer that ends with the connection has ended by then.
    if answer != nil { finish() } else { promise.fail(ProbeFailure.closedEarly) }
    context.fireChannelInactive()
  }

  private func finish() {
    if let answer { promise.succeed(answer) }
  }
}
