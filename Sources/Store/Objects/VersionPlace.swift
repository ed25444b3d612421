/// Where `metadata.resourceVersion` is, or would go, in the compact JSON of an object.
///
/// Looks at the bytes that our own encoder has just written, so it need not check them: it skips
/// over strings and counts brackets.
struct VersionPlace {
  /// The member with the comma that sets it apart; empty where there is none.
  let member: Range<Int>
  /// Where to insert it once `member` is removed.
  let insertion: Int

  /// - Parameter start: where the JSON begins in `bytes`.
  /// - Returns: `nil` where the value is no object or has no `metadata` object.
  init?(inJSONOf bytes: [UInt8], from start: Int) {
    var scanner = MemberScanner(bytes: bytes, position: start)
    guard scanner.enter(member: Self.metadata) != nil, scanner.current == openBrace else {
      return nil
    }
    let inside = scanner.position + 1
    guard let name = scanner.enter(member: Self.resourceVersion) else {
      member = inside..<inside
      insertion = inside
      return
    }
    scanner.skipValue()
    if scanner.current == comma {
      member = name..<scanner.position + 1
      insertion = name
    } else if bytes[name - 1] == comma {
      member = name - 1..<scanner.position
      insertion = inside
    } else {
      member = name..<scanner.position
      insertion = inside
    }
  }

  private static let metadata = Array("metadata".utf8)
  private static let resourceVersion = Array("resourceVersion".utf8)
}

private let openBrace = UInt8(ascii: "{")
private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")

private struct MemberScanner {
  let bytes: [UInt8]
  var position: Int

  var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  /// Steps from an object's opening brace to the value of one of its members.
  /// - Returns: where the member's name begins, or `nil`, at the object's end, without one.
  mutating func enter(member wanted: [UInt8]) -> Int? {
    guard current == openBrace else { return nil }
    position += 1
    while current == quote {
      let start = position
      skipString()
      let isWanted = bytes[start + 1..<position - 1].elementsEqual(wanted)
      position += 1  // the colon
      if isWanted { return start }
      skipValue()
      if current == comma { position += 1 }
    }
    return nil
  }

  mutating func skipString() {
    position += 1
    while position < bytes.count, bytes[position] != quote {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position += 1
  }

  mutating func skipValue() {
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case quote:
        skipString()
        if depth == 0 { return }
      case openBrace, UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
        position += 1
        if depth == 0 { return }
      case comma where depth == 0: return
      default: position += 1
      }
    }
  }
}
