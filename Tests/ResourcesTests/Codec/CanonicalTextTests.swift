import Testing

@testable import Resources

@Suite struct CanonicalTextTests {
  @Test(
    "quantities take the largest suffix that leaves a whole number",
    arguments: [
      ("0", "0"), ("1", "1"), ("100m", "100m"), ("1000m", "1"), ("1500m", "1500m"), ("0.5", "500m"),
      ("1000", "1k"), ("1001", "1001"), ("12000000", "12M"), ("1Gi", "1Gi"), ("1024Mi", "1Gi"),
      ("1.5Gi", "1536Mi"), ("512", "512"), ("1Ki", "1Ki"), ("0.5Ki", "512"), ("1023Ki", "1023Ki"),
      ("1.1Ki", "1126400m"), ("-1Gi", "-1Gi"), ("-0.1", "-100m"), ("1e3", "1e3"), ("1E3", "1e3"),
      ("1.5e3", "1500"), ("12e6", "12e6"), ("100e-3", "100e-3"), ("1E", "1E"), ("1n", "1n"),
      ("0.1n", "1n"), ("0.0000000001", "1n"), ("007", "7"), ("+5", "5"), (".5", "500m"),
      ("5.", "5"), ("0Mi", "0"), ("0m", "0"), ("100k", "100k"), ("1000k", "1M"),
    ])
  func quantities(_ text: String, _ expected: String) {
    switch Array(text.utf8).withUnsafeBufferPointer(QuantityText.canonical) {
    case .asWritten: #expect(text == expected)
    case .rewritten(let spelling): #expect(String(decoding: spelling, as: UTF8.self) == expected)
    case .invalid: Issue.record("\(text) is refused")
    }
  }

  @Test(
    "text that is no quantity is refused",
    arguments: ["", "-", ".", "m", "1mm", "1 ", " 1", "1kk", "1ki", "1e", "1e1.5", "1.2.3", "0x1"])
  func noQuantities(_ text: String) {
    #expect(Array(text.utf8).withUnsafeBufferPointer(QuantityText.canonical) == .invalid)
  }

  private func spelling(
    _ text: String, _ canonical: (UnsafeBufferPointer<UInt8>) -> CanonicalText
  ) -> String? {
    switch Array(text.utf8).withUnsafeBufferPointer(canonical) {
    case .asWritten: text
    case .rewritten(let spelling): String(decoding: spelling, as: UTF8.self)
    case .invalid: nil
    }
  }

  @Test(
    "times become UTC, to the second",
    arguments: [
      ("2006-01-02T15:04:05Z", "2006-01-02T15:04:05Z"),
      ("2006-01-02T15:04:05.999999999Z", "2006-01-02T15:04:05Z"),
      ("2006-01-02T15:04:05+02:00", "2006-01-02T13:04:05Z"),
      ("2000-02-29T00:00:00+00:01", "2000-02-28T23:59:00Z"),
      ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
      ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
      ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ])
  func times(_ text: String, _ expected: String) {
    #expect(spelling(text) { TimeText.canonical($0, .seconds) } == expected)
  }

  @Test(
    "micro times always have six digits",
    arguments: [
      ("2006-01-02T15:04:05.1Z", "2006-01-02T15:04:05.100000Z"),
      ("2006-01-02T15:04:05Z", "2006-01-02T15:04:05.000000Z"),
      ("2006-01-31T15:04:05.000001Z", "2006-01-31T15:04:05.000001Z"),
    ])
  func microTimes(_ text: String, _ expected: String) {
    #expect(spelling(text) { TimeText.canonical($0, .microseconds) } == expected)
  }

  @Test(
    "text that is no time is refused",
    arguments: [
      "", "2006-01-02", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z", "2006-13-02T15:04:05Z",
      "2023-02-29T15:04:05Z", "2006-01-02T24:00:00Z", "2006-01-02T15:60:00Z",
      "2006-01-02T15:04:05.Z", "2006-01-02T15:04:05+0200", "2006-01-02T15:04:05Zx",
      "9999-12-31T23:59:59-01:00", "2006-00-02T15:04:05Z", "2006-01-00T15:04:05Z",
    ])
  func noTimes(_ text: String) {
    #expect(spelling(text) { TimeText.canonical($0, .seconds) } == nil)
    #expect(spelling(text) { TimeText.canonical($0, .microseconds) } == nil)
  }

  @Test("base64 reads back what it wrote", arguments: 0..<70)
  func base64(_ count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
    var text: [UInt8] = []
    bytes.withUnsafeBufferPointer { Base64Text.append($0, to: &text) }
    text.withUnsafeBufferPointer {
      #expect(Base64Text.isValid($0))
      #expect(Base64Text.decode($0) == bytes)
    }
  }
}
