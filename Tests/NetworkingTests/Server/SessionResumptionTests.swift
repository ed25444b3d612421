import FoundationEssentials
import Foundations
import Testing

@testable import Networking

/// A client that resumes a TLS session is known as it was in the full handshake, or shakes hands
/// in full again: never less, never more.
@Suite(
  .timeLimit(.minutes(5)),
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "openssl is missing"))
struct SessionResumptionTests {
  @Test("a resumed session keeps its identity", arguments: ["-tls1_2", "-tls1_3"])
  func resumption(version: String) async throws {
    try await TestServer.Plan { request, responder in
      let name =
        switch request.connection.clientCertificate {
        case .verified(let identity): identity.commonName
        case .absent: "nobody"
        case .refused: "refused"
        }
      responder.send(.text("<\(name)>"))
    }.run { server in
      let directory = FileManager.default.temporaryDirectory
        .appending(path: "martlet-resume-\(UInt64.random(in: 0...UInt64.max))")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: directory) }
      let identity = try server.pki.clientIdentity(user: "jane")
      try Data(identity.certificatePEM).write(to: directory.appending(path: "crt"))
      try Data(identity.keyPEM).write(to: directory.appending(path: "key"))
      let files = ["-cert", "\(directory.path)/crt", "-key", "\(directory.path)/key"]
      let session = "\(directory.path)/session"
      let first = try await connect(server, [version] + files + ["-sess_out", session])
      #expect(first.contains("<jane>"))
      let resumed = try await connect(server, [version] + files + ["-sess_in", session])
      #expect(resumed.contains("Reused"), "the session was not resumed, so nothing was tried")
      #expect(resumed.contains("<jane>"))
    }
  }

  private func connect(_ server: TestServer, _ arguments: [String]) async throws -> String {
    var command = Foundations.Command(
      "/usr/bin/openssl",
      ["s_client", "-connect", "127.0.0.1:\(server.port)", "-ign_eof"] + arguments)
    command.input = Array("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
    let outcome = try await command.run()
    return String(decoding: outcome.output, as: UTF8.self)
  }
}
