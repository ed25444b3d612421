import Foundations
import Testing

@testable import NodeAgent

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

private let systemWrite = write

@Suite struct ContainerLogReaderTests {
  /// A directory of its own, with a log that a runtime could have written.
  private final class Scene: Sendable {
    let directory: String
    let watcher: FileWatcher
    var path: String { "\(directory)/0.log" }

    init() throws {
      var template = Array("/tmp/martlet-log-XXXXXX".utf8CString)
      _ = try #require(mkdtemp(&template))
      directory = String(decoding: template.dropLast().map { UInt8($0) }, as: UTF8.self)
      watcher = try FileWatcher()
    }

    deinit {
      for name in (try? HostDirectory.names(in: directory)) ?? [] { unlink("\(directory)/\(name)") }
      rmdir(directory)
    }

    func write(_ lines: [String]) {
      let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
      for line in lines {
        let bytes = Array("2026-01-31T10:00:00Z stdout F \(line)\n".utf8)
        #expect(systemWrite(file, bytes, bytes.count) == bytes.count)
      }
      close(file)
    }

    func read(_ change: (inout LogOptions) -> Void = { _ in }) async throws -> String {
      var options = LogOptions()
      change(&options)
      var text: [UInt8] = []
      try await ContainerLogReader(path: path, options: options, watcher: watcher).read {
        text += $0
      }
      return String(decoding: text, as: UTF8.self)
    }
  }

  @Test("a log that is not there yet is empty")
  func missing() async throws {
    #expect(try await Scene().read() == "")
  }

  @Test("the last lines, in logs shorter and longer than a chunk", arguments: [3, 20_000])
  func tail(_ lineCount: Int) async throws {
    let scene = try Scene()
    scene.write((0..<lineCount).map { "line \($0)" })
    #expect(try await scene.read { $0.tailLines = 0 } == "")
    #expect(try await scene.read { $0.tailLines = 1 } == "line \(lineCount - 1)\n")
    let all = (0..<lineCount).map { "line \($0)\n" }
    #expect(try await scene.read { $0.tailLines = lineCount } == all.joined())
    #expect(try await scene.read { $0.tailLines = lineCount + 1 } == all.joined())
    let most = lineCount * 3 / 4
    #expect(try await scene.read { $0.tailLines = most } == all.suffix(most).joined())
  }

  @Test("following shows what is written, goes on after a rotation, and ends with the container")
  func follow() async throws {
    let scene = try Scene()
    scene.write(["one"])
    var options = LogOptions()
    options.follow = true
    let reader = ContainerLogReader(path: scene.path, options: options, watcher: scene.watcher)
    let container = AsyncSignal()
    var text = ""
    try await reader.read(
      untilAfter: { await container.wait() },
      into: { bytes in
        text += String(decoding: bytes, as: UTF8.self)
        if text == "one\n" { scene.write(["two"]) }
        if text == "one\ntwo\n" {
          scene.write(["three"])
          rename(scene.path, "\(scene.path).20260131T100000")
          scene.write(["four"])
        }
        if text.hasSuffix("four\n") {
          scene.write(["five"])
          container.wake()
        }
      })
    #expect(text == "one\ntwo\nthree\nfour\nfive\n")
  }

  @Test("following waits for a log that is not there yet")
  func followMissing() async throws {
    let scene = try Scene()
    var options = LogOptions()
    options.follow = true
    options.limitBytes = 5
    let reader = ContainerLogReader(path: scene.path, options: options, watcher: scene.watcher)
    async let text: [UInt8] = {
      var text: [UInt8] = []
      try await reader.read(untilAfter: { await AsyncSignal().wait() }, into: { text += $0 })
      return text
    }()
    scene.write(["first", "second"])
    #expect(try await text == Array("first".utf8))
  }

  @Test("a reader that left ends the reading")
  func gone() async throws {
    struct Gone: Error {}
    let scene = try Scene()
    scene.write(["one"])
    var options = LogOptions()
    options.follow = true
    let reader = ContainerLogReader(path: scene.path, options: options, watcher: scene.watcher)
    await #expect(throws: Gone.self) {
      try await reader.read(untilAfter: { await AsyncSignal().wait() }, into: { _ in throw Gone() })
    }
  }
}
