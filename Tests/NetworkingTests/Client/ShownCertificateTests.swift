import NIOCore
import NIOPosix
import SwiftASN1
import Testing
import X509

@testable import Networking

@Suite("The certificate that a server shows", .timeLimit(.minutes(1)))
struct ShownCertificateTests {
  @Test("it is seen by those who trust nobody and are nobody")
  func shown() async throws {
    try await TestServer.Plan { _, responder in
      responder.send(.text("here"))
    }.run { server in
      let shown = try await ShownCertificate.of(ServerURL(host: "127.0.0.1", port: server.port))
      let certificate = try Certificate(derEncoded: try #require(shown))
      #expect("\(certificate.subject)".contains("localhost"))
    }
  }

  @Test("who does not answer, or says something else than TLS, shows none")
  func nobody() async throws {
    await #expect(throws: (any Error).self) {
      _ = try await ShownCertificate.of(ServerURL(host: "127.0.0.1", port: 1))
    }
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.writeAndFlush(ByteBuffer(string: "SSH-2.0-nobody\r\n"))
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = listener.localAddress?.port ?? 0
    await #expect(throws: (any Error).self) {
      _ = try await ShownCertificate.of(ServerURL(host: "127.0.0.1", port: port))
    }
    let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let silentPort = silent.localAddress?.port ?? 0
    await #expect(throws: (any Error).self) {
      _ = try await ShownCertificate.of(
        ServerURL(host: "127.0.0.1", port: silentPort), timeout: .milliseconds(200))
    }
    try await listener.close().get()
    try await silent.close().get()
  }
}
