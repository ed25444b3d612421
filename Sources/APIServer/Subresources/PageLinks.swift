/// Keeps the links of a proxied page within the proxy: a link to `/x` on the page means `/x` of the
/// server behind, and the browser would ask the API server for it.
/// Source of the attributes: HTML Living Standard, "Attributes" (those whose value is a URL).
struct PageLinks {
  /// Path of the proxy, without a trailing slash.
  let prefix: String

  private static let attributes: [String: Set<String>] = [
    "a": ["href"], "area": ["href"], "audio": ["src"], "base": ["href"], "blockquote": ["cite"],
    "body": ["background"], "button": ["formaction"], "del": ["cite"], "embed": ["src"],
    "form": ["action"], "frame": ["longdesc", "src"], "html": ["manifest"],
    "iframe": ["longdesc", "src"], "img": ["longdesc", "src", "usemap"],
    "input": ["formaction", "src", "usemap"], "ins": ["cite"], "link": ["href"],
    "object": ["codebase", "data", "usemap"], "q": ["cite"], "script": ["src"],
    "source": ["src"], "track": ["src"], "video": ["poster", "src"],
  ]

  /// Elements whose text holds no tags.
  private static let rawText: Set<String> = ["script", "style", "textarea", "title"]

  /// The page with its links rewritten; all else stays byte for byte. Cost is O(page).
  func rewritten(_ page: [UInt8]) -> [UInt8] {
    var scanner = PageScanner(page)
    var out: [UInt8] = []
    out.reserveCapacity(page.count + 256)
    var copied = 0
    while let tag = scanner.nextTag(rawText: Self.rawText) {
      guard let wanted = Self.attributes[tag.name] else { continue }
      for attribute in tag.attributes where wanted.contains(attribute.name) {
        guard isToRewrite(page[attribute.value]) else { continue }
        out += page[copied..<attribute.value.lowerBound]
        out += prefix.utf8
        copied = attribute.value.lowerBound
      }
    }
    out += page[copied...]
    return out
  }

  /// A path from the root of the server behind; `//host` is another server's, and what already
  /// leads through the proxy stays.
  private func isToRewrite(_ link: ArraySlice<UInt8>) -> Bool {
    link.first == UInt8(ascii: "/") && !link.starts(with: "//".utf8)
      && !link.starts(with: prefix.utf8)
  }
}

/// Finds the start tags of a page. Forgiving as browsers are: what is no tag is text.
private struct PageScanner {
  struct Tag {
    var name: String
    var attributes: [(name: String, value: Range<Int>)] = []
  }

  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func nextTag(rawText: Set<String>) -> Tag? {
    while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
      index = start + 1
      if bytes[index...].starts(with: "!--".utf8) {
        skip(past: "-->")
      } else if let byte = current, Self.isLetter(byte) {
        let tag = readTag()
        if rawText.contains(tag.name) { skip(to: "</\(tag.name)") }
        return tag
      }
    }
    index = bytes.count
    return nil
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func readTag() -> Tag {
    var tag = Tag(name: readName())
    while let byte = current, byte != UInt8(ascii: ">") {
      guard !Self.isSpace(byte), byte != UInt8(ascii: "/") else {
        index += 1
        continue
      }
      let name = readName()
      skipSpaces()
      guard current == UInt8(ascii: "=") else {
        // A stray sign that begins no name: step over it.
        if name.isEmpty { index += 1 }
        continue
      }
      index += 1
      skipSpaces()
      tag.attributes.append((name, readValue()))
    }
    return tag
  }

  private mutating func readName() -> String {
    let start = index
    while let byte = current, !Self.isSpace(byte), !"/>=".utf8.contains(byte) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
  }

  private mutating func readValue() -> Range<Int> {
    if let quote = current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let start = index + 1
      let end = bytes[start...].firstIndex(of: quote) ?? bytes.count
      index = min(end + 1, bytes.count)
      return start..<end
    }
    let start = index
    while let byte = current, !Self.isSpace(byte), byte != UInt8(ascii: ">") { index += 1 }
    return start..<index
  }

  private mutating func skipSpaces() {
    while let byte = current, Self.isSpace(byte) { index += 1 }
  }

  private mutating func skip(past end: String) {
    skip(to: end)
    index = min(index + end.utf8.count, bytes.count)
  }

  /// Letters count in either case.
  private mutating func skip(to end: String) {
    let wanted = Array(end.utf8)
    while index < bytes.count {
      let here = bytes[index...].prefix(wanted.count)
      if here.elementsEqual(wanted, by: { Self.lowercased($0) == $1 }) { return }
      index += 1
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased(byte))
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte)
  }
}
