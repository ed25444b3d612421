import Foundation
import Testing

@testable import Security

@Suite struct Base64URLTests {
  @Test("bytes of every length and value come back, in Foundation's letters")
  func roundTrip() {
    for count in 0...260 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let expected = Data(bytes).base64EncodedString().replacing("+", with: "-")
        .replacing("/", with: "_").replacing("=", with: "")
      #expect(Base64URL.encode(bytes) == expected)
      #expect(Base64URL.decode(expected.utf8) == bytes)
    }
  }

  @Test(
    "text that no encoder writes is refused",
    arguments: ["A", "AB=", "AB==", "A+BC", "A/BC", "AB", "AAB", "A BC", "AAAA\n", "é"])
  func refuses(_ text: String) { #expect(Base64URL.decode(text.utf8) == nil) }
}
