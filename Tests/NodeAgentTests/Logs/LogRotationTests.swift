import Testing

@testable import NodeAgent

@Suite struct LogRotationTests {
  private let rotation = LogRotation(maxBytes: 100, maxFiles: 3)

  private func steps(_ byteCount: Int, _ neighbours: [String]) -> [LogRotation.Step] {
    rotation.steps(
      name: "0.log", byteCount: byteCount, neighbours: neighbours, stamp: "20260131T100000")
  }

  @Test("a log is cut when it is longer than the limit, not before")
  func size() {
    #expect(steps(100, ["0.log"]) == [])
    #expect(steps(101, ["0.log"]) == [.moveAside(to: "0.log.20260131T100000")])
  }

  @Test("the oldest go first, so that never more than the limit are kept")
  func count() {
    let old = ["0.log.20260101T100000", "0.log.20260102T100000"]
    #expect(
      steps(101, ["0.log", "1.log"] + old)
        == [.remove(name: old[0]), .moveAside(to: "0.log.20260131T100000")])
    #expect(steps(1, ["0.log"] + old) == [])
  }
}
