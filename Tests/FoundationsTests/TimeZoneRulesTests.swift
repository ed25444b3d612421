import Testing

@testable import Foundations

@Suite("Clocks of places")
struct TimeZoneRulesTests {
  private func seconds(_ text: String) -> Int64 { Timestamp(text)?.seconds ?? 0 }

  @Test(
    "a yearly rule knows summer from winter, on either half of the globe",
    arguments: [
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z", 3600),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 7200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T00:59:59Z", 7200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", 3600),
      ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T06:59:59Z", -18000),
      ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -14400),
      ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z", 39600),
      ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-07-01T00:00:00Z", 36000),
      ("<+0330>-3:30", "2026-07-01T00:00:00Z", 12600),
      ("AAA3BBB,J60/0,300/0", "2028-03-01T03:00:00Z", -7200),
      ("AAA3BBB,J60/0,300/0", "2028-03-01T02:59:59Z", -10800),
    ])
  func yearly(_ rule: String, _ moment: String, _ offset: Int) throws {
    #expect(try #require(YearlyTimeZoneRule(rule)).offset(at: seconds(moment)) == offset)
  }

  @Test(
    "other text is no rule", arguments: ["", "C-1", "CET", "CET-1CEST,M13.1.0,M1.1.0", "CET-1CEST"])
  func wrongRules(_ text: String) { #expect(YearlyTimeZoneRule(text) == nil) }

  /// A file with one change, at 1000, from +1 h to +2 h, and a footer.
  private func file(footer: String) -> [UInt8] {
    func big(_ value: Int64, _ width: Int) -> [UInt8] {
      (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
    }
    func header(_ counts: [Int64]) -> [UInt8] {
      Array("TZif2".utf8) + Array(repeating: 0, count: 15) + counts.flatMap { big($0, 4) }
    }
    var bytes = header([0, 0, 0, 0, 1, 4]) + big(0, 6) + [0x55, 0x54, 0x43, 0]
    bytes += header([0, 0, 0, 1, 2, 4]) + big(1000, 8) + [1]
    bytes += big(3600, 4) + [0, 0] + big(7200, 4) + [1, 0] + [0x41, 0x42, 0x43, 0]
    return bytes + Array("\n\(footer)\n".utf8)
  }

  @Test("a file's changes hold until the last, then its footer does")
  func files() throws {
    let plain = try #require(TimeZoneRules(file: file(footer: "")))
    #expect(plain.offset(at: 999) == 3600)
    #expect(plain.offset(at: 1000) == 7200)
    let ruled = try #require(TimeZoneRules(file: file(footer: "EST5")))
    #expect(ruled.offset(at: 999) == 3600)
    #expect(ruled.offset(at: 1000) == -18000)
  }

  @Test("bytes that are cut off, or of no zone, are refused")
  func brokenFiles() {
    let whole = file(footer: "EST5")
    for length in [0, 43, 44, 60, whole.count - 10] {
      #expect(TimeZoneRules(file: Array(whole.prefix(length))) == nil)
    }
    #expect(TimeZoneRules(file: Array("TZif1".utf8) + Array(repeating: 0, count: 60)) == nil)
  }

  @Test(
    "names that lead out of the zones' directory are none", arguments: ["../passwd", "/etc", ""])
  func names(_ name: String) { #expect(TimeZoneRules(named: name) == nil) }
}
