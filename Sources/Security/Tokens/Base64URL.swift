/// The alphabet of tokens: base64 with `-` and `_`, without padding. Source: RFC 4648, section 5;
/// RFC 7515, appendix C.
package enum Base64URL {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static let values: [UInt8?] = {
    var values = [UInt8?](repeating: nil, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  package static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    var pending: UInt32 = 0
    var bitCount: UInt32 = 0
    for byte in bytes {
      pending = pending << 8 | UInt32(byte)
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        text.append(alphabet[Int(pending >> bitCount & 63)])
      }
    }
    if bitCount > 0 { text.append(alphabet[Int(pending << (6 - bitCount) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// `nil` for any other character, padding included, and for bits that no encoder writes: one
  /// value has one text.
  package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count * 3 / 4)
    var pending: UInt32 = 0
    var bitCount: UInt32 = 0
    for character in text {
      guard let value = values[Int(character)] else { return nil }
      pending = pending << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: pending >> bitCount))
      }
    }
    guard bitCount < 6, pending & (1 << bitCount - 1) == 0 else { return nil }
    return bytes
  }
}
