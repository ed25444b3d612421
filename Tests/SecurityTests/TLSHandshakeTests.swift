import Foundation
import Foundations
import Security
import Testing

/// The identities at work: openssl on both ends of a connection.
@Suite struct TLSHandshakeTests {
  @Test("a server and a client with our certificates accept each other, and no stranger")
  func mutual() throws {
    let scratch = try ScratchDirectory()
    let credentials = try CredentialStore(directory: scratch.path).prepare(.sample, now: .now())
    let stranger = try CertificateAuthority.make(commonName: "martlet-ca", now: .now())
      .issue(.client("kubernetes-admin", groups: ["system:masters"]), now: .now())
    _ = try scratch.write(stranger.certificateChainPEM, to: "stranger.crt")
    _ = try scratch.write(stranger.privateKeyPEM.exposed, to: "stranger.key")
    #expect(credentials.changes.count == 9)

    let server = try Tool.openssl.start([
      "s_server", "-accept", "127.0.0.1:0", "-www", "-Verify", "1", "-verify_return_error",
      "-cert", "\(scratch.path)/apiserver.crt", "-key", "\(scratch.path)/apiserver.key",
      "-CAfile", "\(scratch.path)/ca.crt",
    ])
    defer {
      // It inherits a mask from the test runner that keeps it from gentler signals.
      kill(server.process.processIdentifier, SIGKILL)
      server.process.waitUntilExit()
    }
    var text = ""
    while !text.contains("ACCEPT 127.0.0.1:") || !text.hasSuffix("\n") {
      let data = server.output.availableData
      try #require(!data.isEmpty, "openssl s_server ended: \(text)")
      text += String(decoding: data, as: UTF8.self)
    }
    let address = try #require(text.split(separator: "\n").last { $0.hasPrefix("ACCEPT") })
      .dropFirst("ACCEPT ".count)

    for (name, isAccepted) in [("admin", true), ("stranger", false)] {
      let answer = try Tool.openssl.run(
        [
          "s_client", "-connect", String(address), "-CAfile", "\(scratch.path)/ca.crt",
          "-verify_return_error", "-verify_hostname", "kubernetes.default.svc", "-quiet",
          "-cert", "\(scratch.path)/\(name).crt", "-key", "\(scratch.path)/\(name).key",
        ], input: "GET / HTTP/1.0\r\n\r\n")
      #expect(answer.output.contains("HTTP/1.0 200 ok") == isAccepted, "\(answer.output)")
    }
  }
}
