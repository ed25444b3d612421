#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The place of a value: `/pods/default/web`. Keys are ordered by their UTF-8 bytes.
///
/// Shape: starts with `/`; a key that ends in `/` names everything below it and holds no value
/// itself. Bytes instead of a `String`, because Swift compares strings by canonical equivalence,
/// while engines must keep two spellings of a letter apart.
package struct Key: Sendable {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) {
    assert(bytes.first == slash, "a key starts with a slash")
    self.bytes = bytes
  }

  package init(_ text: String) { self.init(bytes: Array(text.utf8)) }

  /// Everything under `/`.
  package static let root = Key("/")

  /// Whether this names everything below it, as a range or a watch wants it.
  package var isPrefix: Bool { bytes.last == slash }

  package func hasPrefix(_ prefix: Key) -> Bool { bytes.starts(with: prefix.bytes) }

  /// The smallest bytes above every key below this prefix: `/pods/` gives `/pods0`.
  package var endOfPrefix: [UInt8] {
    precondition(isPrefix, "\(self) is no prefix")
    var end = bytes
    end[end.count - 1] = slash + 1
    return end
  }

  /// `/pods/` and `default/web` give `/pods/default/web`.
  package func appending(_ text: String) -> Key {
    var longer: [UInt8] = []
    longer.reserveCapacity(bytes.count + text.utf8.count)
    longer.append(contentsOf: bytes)
    longer.append(contentsOf: text.utf8)
    return Key(bytes: longer)
  }
}

private let slash = UInt8(ascii: "/")

extension Key: Hashable, Comparable {
  package static func == (left: Key, right: Key) -> Bool { left.bytes == right.bytes }

  package static func < (left: Key, right: Key) -> Bool {
    order(left.bytes, right.bytes) < 0
  }

  package func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// Below 0 where the left bytes come first, above 0 where the right do. Every lookup compares a
  /// dozen times, so it is one `memcmp` and no element loop.
  @inline(__always)
  static func order(_ left: [UInt8], _ right: [UInt8]) -> Int {
    left.withUnsafeBytes { leftBytes in
      right.withUnsafeBytes { rightBytes in
        let common = min(leftBytes.count, rightBytes.count)
        guard common > 0, let left = leftBytes.baseAddress, let right = rightBytes.baseAddress
        else { return leftBytes.count - rightBytes.count }
        let order = memcmp(left, right, common)
        return order != 0 ? Int(order) : leftBytes.count - rightBytes.count
      }
    }
  }
}

extension Key: CustomStringConvertible, ExpressibleByStringLiteral {
  package var description: String { String(decoding: bytes, as: UTF8.self) }
  package init(stringLiteral text: String) { self.init(text) }
}
