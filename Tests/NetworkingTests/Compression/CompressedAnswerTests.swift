import FoundationEssentials
import Foundations
import Testing

@testable import Networking

/// Large answers in gzip, as a client reads them that nobody here wrote.
@Suite(
  .timeLimit(.minutes(5)),
  .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"), "curl is missing"))
struct CompressedAnswerTests {
  /// Repeats itself, but not within a slice.
  private static let body = (0..<3_000_000).map { (index: Int) -> UInt8 in
    UInt8(truncatingIfNeeded: index * index / 977)
  }

  /// What curl says of the encoding it got, and the body after it is unpacked.
  private func ask(
    _ body: ResponseBody, _ arguments: [String]
  ) async throws -> (encoding: String, byteCount: Int, content: [UInt8]) {
    var answer = (encoding: "", byteCount: 0, content: [UInt8]())
    try await TestServer.Plan { request, responder in
      responder.send(
        ServerResponse(status: 200, headers: ["vary": "Accept"], body: body), to: request)
    }.run { server in
      let path = "/tmp/martlet-gzip-\(UInt64.random(in: 0...UInt64.max))"
      defer { try? FileManager.default.removeItem(atPath: path) }
      let outcome = try await Foundations.Command(
        "/usr/bin/curl",
        [
          "--silent", "--show-error", "--insecure", "--max-time", "60", "--output", path,
          "--write-out", "%header{content-encoding} %{size_download}",
          "https://127.0.0.1:\(server.port)/x",
        ] + arguments
      ).run()
      let said = String(decoding: outcome.output, as: UTF8.self).split(
        separator: " ", omittingEmptySubsequences: false)
      answer.encoding = String(try #require(said.first))
      answer.byteCount = try #require(said.last.flatMap { Int($0) })
      answer.content = Array(try Data(contentsOf: URL(filePath: path)))
    }
    return answer
  }

  @Test("a large body goes out packed and arrives whole", arguments: ["--http1.1", "--http2"])
  func large(version: String) async throws {
    let answer = try await ask(.bytes(Self.body), [version, "--compressed"])
    #expect(answer.encoding == "gzip")
    #expect(answer.byteCount < Self.body.count)
    #expect(answer.content == Self.body)
  }

  @Test("bodies of every size around the bounds arrive whole", arguments: [0, 1, 65_535])
  func bounds(beyond: Int) async throws {
    let body = Array(Self.body.prefix(Responder.compressedByteCountMin + beyond))
    let answer = try await ask(.chunks([body, []]), ["--compressed"])
    #expect(answer.encoding == "gzip")
    #expect(answer.content == body)
  }

  @Test("what is small, written, or not asked for in gzip goes out as it is")
  func plain() async throws {
    let small = Array(Self.body.prefix(Responder.compressedByteCountMin - 1))
    #expect(try await ask(.bytes(small), ["--compressed"]).encoding == "")
    let large = Array(Self.body.prefix(Responder.compressedByteCountMin))
    for arguments in [
      [], ["--compressed", "--data", "x"], ["--header", "accept-encoding: gzip;q=0, *"],
      ["--header", "accept-encoding: deflate"],
    ] {
      let answer = try await ask(.bytes(large), arguments)
      #expect(answer.encoding == "")
      #expect(answer.content == large)
    }
  }

  @Test(
    "gzip is what a client names with a weight above nothing",
    arguments: [
      ("gzip", true), ("deflate, gzip;q=1.0", true), ("GZIP ; q=0.5", true), ("br", false),
      ("gzip;q=0", false), ("gzip;q=0.000", false), ("", false), ("xgzip", false),
    ])
  func accepted(field: String, isAccepted: Bool) {
    #expect((["accept-encoding": field] as HeaderFields).acceptsGzip == isAccepted)
  }
}
