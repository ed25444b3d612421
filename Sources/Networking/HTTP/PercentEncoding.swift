/// `%XX` escapes. Source: RFC 3986, section 2.1.
package enum PercentEncoding {
  /// - Parameters:
  ///   - start: where `bytes` stand in the whole text, for error messages.
  ///   - plusIsSpace: `+` means a space in a query and itself in a path.
  static func decode(
    _ bytes: Substring.UTF8View, startingAt start: Int, plusIsSpace: Bool
  ) throws(RequestTarget.ParsingError) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var isAltered = false
    var offset = start
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = iterator.next()?.hexadecimalValue,
          let low = iterator.next()?.hexadecimalValue
        else { throw .invalidEscape(offset: offset) }
        decoded.append(high << 4 | low)
        isAltered = true
        offset += 2
      case UInt8(ascii: "+") where plusIsSpace:
        decoded.append(0x20)
        isAltered = true
      case 0...0x20, 0x7F: throw .invalidCharacter(offset: offset)
      default: decoded.append(byte)
      }
      offset += 1
    }
    guard isAltered else { return String(Substring(bytes)) }
    guard let text = String(validating: decoded, as: UTF8.self) else { throw .notUTF8 }
    return text
  }

  /// - Returns: `nil` where the escapes are none, or do not give text.
  package static func decodePathSegment(_ text: String) -> String? {
    do {
      return try decode(text[...].utf8, startingAt: 0, plusIsSpace: false)
    } catch {
      return nil
    }
  }

  /// Escapes everything but RFC 3986's unreserved characters, for one name or value of a query.
  package static func encodeQueryPart(_ text: String) -> String {
    encode(text) { $0.isUnreservedInURL }
  }

  /// Escapes one segment of a path: `/` inside it is escaped too.
  package static func encodePathSegment(_ text: String) -> String {
    encode(text) { $0.isUnreservedInURL || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@") }
  }

  private static func encode(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
    if text.utf8.allSatisfy(isKept) { return text }
    let digits: [UInt8] = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      if isKept(byte) {
        encoded.append(byte)
      } else {
        encoded.append(UInt8(ascii: "%"))
        encoded.append(digits[Int(byte >> 4)])
        encoded.append(digits[Int(byte & 0xF)])
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}

extension UInt8 {
  /// What an ASCII hexadecimal digit stands for.
  fileprivate var hexadecimalValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Source: RFC 3986, section 2.3.
  fileprivate var isUnreservedInURL: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
