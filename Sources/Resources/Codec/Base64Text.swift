/// Base64 as JSON carries `bytes` fields: the standard alphabet with padding (RFC 4648, section 4).
enum Base64Text {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// A character's six bits; 255 for bytes outside the alphabet.
  private static let sextets: [UInt8] = {
    var sextets = [UInt8](repeating: 255, count: 256)
    for (value, character) in alphabet.enumerated() { sextets[Int(character)] = UInt8(value) }
    return sextets
  }()

  static func isValid(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count % 4 == 0 else { return false }
    var count = text.count
    while count > 0 && text.count - count < 2 && text[count - 1] == UInt8(ascii: "=") { count -= 1 }
    return sextets.withUnsafeBufferPointer { sextets in
      var seen: UInt8 = 0
      for position in 0..<count { seen |= sextets[Int(text[position])] }
      return seen < 64
    }
  }

  /// - Precondition: `isValid(text)`.
  static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var bits: UInt32 = 0
    var bitCount = 0
    for character in text where character != UInt8(ascii: "=") {
      bits = bits << 6 | UInt32(sextets[Int(character)] & 63)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
      }
    }
    return bytes
  }

  static func encode(_ text: String) -> String {
    var text = text
    var encoded: [UInt8] = []
    text.withUTF8 { append($0, to: &encoded) }
    return String(decoding: encoded, as: UTF8.self)
  }

  static func append(_ bytes: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
    var position = 0
    while position < bytes.count {
      let remaining = bytes.count - position
      let first = UInt32(bytes[position]) << 16
      let second = remaining > 1 ? UInt32(bytes[position + 1]) << 8 : 0
      let third = remaining > 2 ? UInt32(bytes[position + 2]) : 0
      let bits = first | second | third
      text.append(alphabet[Int(bits >> 18)])
      text.append(alphabet[Int(bits >> 12 & 63)])
      text.append(remaining > 1 ? alphabet[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
      text.append(remaining > 2 ? alphabet[Int(bits & 63)] : UInt8(ascii: "="))
      position += 3
    }
  }
}
