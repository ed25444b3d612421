import Testing

@testable import Foundations

@Suite struct TimestampTests {
  @Test(
    "a moment is written as RFC 3339 has it, and read back",
    arguments: [
      (0, "1970-01-01T00:00:00Z"),
      (-1, "1969-12-31T23:59:59Z"),
      (951_782_399, "2000-02-28T23:59:59Z"),
      (951_782_400, "2000-02-29T00:00:00Z"),
      (1_769_904_009, "2026-02-01T00:00:09Z"),
      (253_402_300_799, "9999-12-31T23:59:59Z"),
      (-62_167_219_200, "0000-01-01T00:00:00Z"),
    ] as [(Int64, String)])
  func written(_ seconds: Int64, _ text: String) {
    #expect(Timestamp(seconds: seconds).description == text)
    #expect(Timestamp(text) == Timestamp(seconds: seconds))
  }

  @Test(
    "a fraction keeps its zeros",
    arguments: [
      (0, "000000", "000000000"), (1, "000000", "000000001"), (999, "000000", "000000999"),
      (1_000, "000001", "000001000"), (999_999_999, "999999", "999999999"),
    ] as [(Int32, String, String)])
  func fraction(_ nanoseconds: Int32, _ micro: String, _ nano: String) {
    let moment = Timestamp(seconds: 0, nanoseconds: nanoseconds)
    #expect(moment.microDescription == "1970-01-01T00:00:00.\(micro)Z")
    #expect(moment.nanoDescription == "1970-01-01T00:00:00.\(nano)Z")
    #expect(Timestamp(moment.nanoDescription) == moment)
  }

  @Test("years beyond four digits are written whole")
  func far() {
    #expect(Timestamp(seconds: 253_402_300_800).description == "10000-01-01T00:00:00Z")
  }
}
