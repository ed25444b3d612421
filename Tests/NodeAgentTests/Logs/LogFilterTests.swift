import Foundations
import Testing

@testable import NodeAgent

@Suite struct LogFilterTests {
  private static let log = """
    2026-01-31T10:00:00.1Z stdout F first
    2026-01-31T10:00:01.123456789Z stderr F second
    not a log line
    2026-01-31T10:00:02Z stdout P long \n\
    2026-01-31T10:00:02.5Z stdout F line
    2026-01-31T10:00:03+01:00 stdout F \n
    """

  private func filter(
    _ text: String = log, chunkBytes: Int = .max, _ change: (inout LogOptions) -> Void = { _ in }
  ) -> String {
    var options = LogOptions()
    change(&options)
    var filter = LogFilter(options)
    var output: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      output += filter.append(Array(rest.prefix(chunkBytes)))
      rest = rest.dropFirst(chunkBytes)
    }
    return String(decoding: output, as: UTF8.self)
  }

  @Test("entries lose their heads, parts of a line join, other lines are left out")
  func plain() {
    #expect(filter() == "first\nsecond\nlong line\n\n")
  }

  @Test("however the bytes are cut, the output is the same", arguments: [1, 2, 7, 64])
  func chunks(_ byteCount: Int) {
    #expect(filter(chunkBytes: byteCount) == filter())
  }

  @Test("times have nine digits and stand once before a joined line")
  func timestamps() {
    #expect(
      filter { $0.timestamps = true } == """
        2026-01-31T10:00:00.100000000Z first
        2026-01-31T10:00:01.123456789Z second
        2026-01-31T10:00:02.000000000Z long line
        2026-01-31T10:00:03.000000000+01:00 \n
        """)
  }

  @Test("older lines are left out, whatever zone they are written in")
  func since() {
    let since = Timestamp("2026-01-31T10:00:01.123456789Z")
    #expect(filter { $0.since = since } == "second\nlong line\n")
  }

  @Test("one stream alone")
  func streams() {
    #expect(filter { $0.streams = [.stderr] } == "second\n")
  }

  @Test("a limit of bytes cuts in the middle", arguments: [0, 1, 6, 8, 1000])
  func limit(_ byteCount: Int) {
    #expect(filter { $0.limitBytes = byteCount } == String(filter().prefix(byteCount)))
  }

  @Test("an entry that is still being written waits for its end")
  func unfinished() {
    #expect(filter("2026-01-31T10:00:00Z stdout F half") == "")
  }

  @Test("an endless line takes no endless memory")
  func endless() {
    var filter = LogFilter(LogOptions())
    for _ in 0..<40 {
      #expect(filter.append([UInt8](repeating: 0x61, count: LogFilter.entryBytesMax / 4)) == [])
    }
    let next = "\n2026-01-31T10:00:00Z stdout F next\n"
    #expect(filter.append(Array(next.utf8)) == Array("next\n".utf8))
  }
}
