/// A random identity (UUID version 4) that no other object of any time has.
package struct UID: Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ text: String) { description = text }

  package static func random() -> UID {
    var generator = SystemRandomNumberGenerator()
    let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for position in 0..<32 {
      if position == 8 || position == 12 || position == 16 || position == 20 {
        text.append(UInt8(ascii: "-"))
      }
      let half = position < 16 ? high : low
      text.append(digits[Int(half >> UInt64(60 - position % 16 * 4) & 15)])
    }
    return UID(String(decoding: text, as: UTF8.self))
  }
}

/// Names made by the server from a prefix. Source: Kubernetes API conventions, "Idempotency".
package enum GeneratedName {
  /// No vowels and no digits that look like letters, so that no words come out.
  private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
  private static let suffixLength = 5
  private static let lengthMax = 63

  /// The prefix, cut where it is too long, and five random characters.
  package static func make(prefix: String) -> String {
    let base = prefix.utf8.prefix(lengthMax - suffixLength)
    let suffix = (0..<suffixLength).map { _ in alphabet.randomElement()! }  // never empty
    return String(decoding: Array(base) + suffix, as: UTF8.self)
  }

  /// A hash as a name part: each digit becomes a character of the same alphabet.
  package static func encode(_ hash: UInt32) -> String {
    String(
      decoding: String(hash).utf8.map { alphabet[Int($0 - 0x30) % alphabet.count] }, as: UTF8.self)
  }
}
