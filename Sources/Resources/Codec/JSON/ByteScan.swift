/// Searches over text, eight bytes at a time in one integer register.
///
/// A byte of a word is zero exactly where `(word - 0x01…) & ~word & 0x80…` has its high bit, as long
/// as no lower byte is zero; so the lowest hit is always right, and only that one is used.
/// Source: Hacker's Delight, "Find first 0-byte". Measured: docs/decisions/0001.
enum ByteScan {
  static let ones: UInt64 = 0x0101_0101_0101_0101
  static let highs: UInt64 = 0x8080_8080_8080_8080

  /// High bits where `word` holds `byte`; right at least for the lowest.
  @inline(__always)
  static func hits(_ word: UInt64, _ byte: UInt8) -> UInt64 {
    let difference = word ^ (ones &* UInt64(byte))
    return (difference &- ones) & ~difference
  }

  /// High bits where `word` holds a control character (below 0x20); right at least for the lowest.
  @inline(__always)
  static func controls(_ word: UInt64) -> UInt64 {
    (word &- 0x2020_2020_2020_2020) & ~word
  }

  /// High bits where `word` holds a byte that JSON text escapes, or the first byte of a character
  /// that may have to be (U+2028); right at least for the lowest.
  @inline(__always)
  static func escapes(_ word: UInt64) -> UInt64 {
    let quotes = hits(word, UInt8(ascii: "\"")) | hits(word, UInt8(ascii: "\\"))
    let markup =
      hits(word, UInt8(ascii: "<")) | hits(word, UInt8(ascii: ">")) | hits(word, UInt8(ascii: "&"))
    return (quotes | markup | controls(word) | hits(word, 0xE2)) & highs
  }

  /// The position of the first byte at or after `start` that ends or breaks a plain ASCII run of a
  /// JSON string: a quote, a backslash, a control character, or a byte above 0x7F. `end` where none.
  @inline(__always)
  static func plainRunEnd(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
    var offset = start
    while offset &+ 8 <= end {
      let word = UnsafeRawPointer(bytes + offset).loadUnaligned(as: UInt64.self).littleEndian
      let found =
        (hits(word, UInt8(ascii: "\"")) | hits(word, UInt8(ascii: "\\")) | controls(word) | word)
        & highs
      if found != 0 { return offset &+ found.trailingZeroBitCount / 8 }
      offset &+= 8
    }
    while offset < end {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 || byte > 0x7F {
        return offset
      }
      offset &+= 1
    }
    return end
  }

  /// Whether all bytes in a range are well-formed UTF-8. O(count), allocates nothing.
  /// Source: Unicode 16, table 3-7.
  static func isUTF8(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Bool {
    var offset = start
    while offset < end {
      let byte = bytes[offset]
      if byte < 0x80 {
        offset += 1
        continue
      }
      let count: Int
      var second: ClosedRange<UInt8> = 0x80...0xBF
      switch byte {
      case 0xC2...0xDF: count = 2
      case 0xE0: (count, second) = (3, 0xA0...0xBF)
      case 0xE1...0xEC, 0xEE...0xEF: count = 3
      case 0xED: (count, second) = (3, 0x80...0x9F)
      case 0xF0: (count, second) = (4, 0x90...0xBF)
      case 0xF1...0xF3: count = 4
      case 0xF4: (count, second) = (4, 0x80...0x8F)
      default: return false
      }
      guard offset + count <= end, second.contains(bytes[offset + 1]) else { return false }
      for position in offset + 2..<offset + max(count, 2) where bytes[position] & 0xC0 != 0x80 {
        return false
      }
      offset += count
    }
    return true
  }
}
