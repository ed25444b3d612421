import FoundationEssentials
import Foundations
import Testing

@testable import Networking

/// The front as a client sees it that nobody here wrote.
@Suite(
  .timeLimit(.minutes(5)),
  .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"), "curl is missing"))
struct CurlTests {
  private func curl(_ server: TestServer, _ arguments: [String]) async throws -> String {
    let outcome = try await Foundations.Command(
      "/usr/bin/curl",
      ["--silent", "--show-error", "--insecure", "--max-time", "30"] + arguments
    ).run()
    return String(decoding: outcome.output, as: UTF8.self)
  }

  @Test("requests of either version get through", arguments: ["--http1.1", "--http2"])
  func versions(flag: String) async throws {
    try await TestServer.Plan { request, responder in
      responder.send(
        .text("\(request.connection.version) \(request.method.token) \(request.body.count)"))
    }.run { server in
      let url = "https://127.0.0.1:\(server.port)/x"
      let version = flag == "--http2" ? "http2" : "http1"
      let get = try await curl(server, [flag, url])
      #expect(get == "\(version) GET 0")
      let post = try await curl(server, [flag, "--data", "abc", url])
      #expect(post == "\(version) POST 3")
      // NIO takes no HTTP/2 head beyond 16 KB before the client has acknowledged our settings.
      let large = String(repeating: "v", count: flag == "--http2" ? 1_500 : 6_000)
      let fields = (0..<10).flatMap { ["--header", "x-\($0): \(large)"] }
      let fits = try await curl(server, [flag, url] + fields)
      #expect(fits == "\(version) GET 0")
      guard version == "http1" else { return }
      let status = ["--output", "/dev/null", "--write-out", "%{http_code}"]
      let more = fields + ["--header", "x-a: \(large)"]
      let code = try await curl(server, [flag, url] + status + more)
      #expect(code == "431")
    }
  }

  @Test("large answers and uploads arrive whole", arguments: ["--http1.1", "--http2"])
  func large(flag: String) async throws {
    let chunk = [UInt8](repeating: 7, count: 99_999)
    try await TestServer.Plan { request, responder in
      responder.send(
        ServerResponse(
          status: 200, headers: ["x-size": "\(request.body.count)"],
          body: .chunks(Array(repeating: chunk, count: 50))))
    }.run { server in
      let url = "https://127.0.0.1:\(server.port)/x"
      let told = ["--output", "/dev/null", "--write-out", "%{size_download} %header{x-size}"]
      let path = "/tmp/martlet-curl-\(UInt64.random(in: 0...UInt64.max))"
      try Data(repeating: 1, count: 3 << 20).write(to: URL(filePath: path))
      defer { try? FileManager.default.removeItem(atPath: path) }
      let sizes = try await curl(server, [flag, url, "--data-binary", "@\(path)"] + told)
      #expect(sizes == "4999950 \(3 << 20)")
    }
  }
}
