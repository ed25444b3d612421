import Foundation
import Foundations
import Logging
import Synchronization
import Testing

@testable import APIServer

@Suite struct AuditFileTests {
  /// A directory of the test's own, and a clock that is set by hand.
  private final class Place: Sendable {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("martlet-audit-\(UID.random())").path
    let seconds = Mutex<Int64>(1_764_000_000)

    deinit {
      // What is left behind by a test that failed early is the system's to remove.
      try? FileManager.default.removeItem(atPath: directory)
    }

    var path: String { "\(directory)/audit.log" }

    func open(_ change: (inout AuditFile.Limits) -> Void) throws -> AuditFile {
      var limits = AuditFile.Limits()
      change(&limits)
      return try AuditFile(
        path: path, limits: limits,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        now: { [self] in Timestamp(seconds: seconds.withLock { $0 }) })
    }

    func pass(_ time: Int64) { seconds.withLock { $0 += time } }

    var names: [String] {
      get throws { try FileManager.default.contentsOfDirectory(atPath: directory).sorted() }
    }

    func text(_ name: String = "audit.log") throws -> String {
      try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
    }
  }

  @Test("events are appended a line each, also after a restart, for the owner's eyes only")
  func lines() throws {
    let place = Place()
    do {
      let file = try place.open { _ in }
      file.record(Array("{1}".utf8))
      file.record(Array("{2}".utf8))
    }
    try place.open { _ in }.record(Array("{3}".utf8))
    #expect(try place.text() == "{1}\n{2}\n{3}\n")
    var facts = stat()
    #expect(stat(place.path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
  }

  @Test("what cannot be written is counted")
  func lost() throws {
    let place = Place()
    let file = try place.open { $0.byteCountMax = 1 }
    file.record(Array("{1}".utf8))
    #expect(file.lostCount == 0)
    // The next line wants the file put aside, which is no longer there.
    try FileManager.default.removeItem(atPath: place.directory)
    for _ in 0..<2 { file.record(Array("{2}".utf8)) }
    #expect(file.lostCount == 2)
  }

  @Test("a file that would grow too large is put aside, and only so many of those are kept")
  func rotation() throws {
    let place = Place()
    let file = try place.open {
      $0.byteCountMax = 10
      $0.backupsMax = 2
    }
    for number in 1...4 {
      file.record(Array("{\(number)....}".utf8))  // two lines are too many
      place.pass(1)
    }
    let names = try place.names
    #expect(names.count == 3 && names.contains("audit.log"), "\(names)")
    #expect(try place.text() == "{4....}\n")
    #expect(try place.text(names[0]) == "{2....}\n")
    #expect(try place.text(names[1]) == "{3....}\n")
    #expect(names[0].hasPrefix("audit-2025-11-24T") && names[0].hasSuffix(".000.log"), "\(names)")
  }

  @Test("an event that is larger than the limit still has its line")
  func large() throws {
    let place = Place()
    let file = try place.open { $0.byteCountMax = 4 }
    file.record(Array("{too large}".utf8))
    #expect(try place.text() == "{too large}\n")
    #expect(try place.names == ["audit.log"])
  }

  @Test("files that are put aside go when they are old, and files of others stay")
  func age() throws {
    let names = AuditFileNames("/var/log/audit.log")
    let now = try #require(Timestamp("2026-11-26T12:00:00Z"))
    var limits = AuditFile.Limits()
    limits.ageMaxDays = 2
    let found = [
      "audit.log", "audit-2026-11-26T11-00-00.000.log", "audit-2026-11-24T12-00-00.000.log",
      "audit-2026-11-24T11-59-59.999.log", "audit-old.log", "other-2020-01-01T00-00-00.000.log",
      "audit-2020-01-01T00-00-00.000.log.gz",
    ]
    #expect(names.expired(found, limits, now: now) == ["audit-2026-11-24T11-59-59.999.log"])
    limits.ageMaxDays = 0
    #expect(names.expired(found, limits, now: now) == [])
    #expect(names.backup(at: now) == "/var/log/audit-2026-11-26T12-00-00.000.log")
    #expect(AuditFileNames("audit").backup(at: now) == "./audit-2026-11-26T12-00-00.000")
  }

  @Test("a place that cannot be written is told of at once")
  func closed() {
    #expect(throws: FileError.self) {
      _ = try AuditFile(
        path: "/proc/nowhere/audit.log",
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
  }
}
