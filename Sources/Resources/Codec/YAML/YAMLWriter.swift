/// Writes a document as YAML in block style, members in order of name, as Kubernetes does.
struct YAMLWriter {
  private(set) var text = ""

  /// Longer keys are marked with `?`: readers look for a key's colon only so far.
  private static let keyByteCountMax = 128

  mutating func write(_ document: Document) {
    value(document, indent: 0, isInline: false)
  }

  /// - Parameter isInline: something stands on the line already (`name:` or `-`).
  private mutating func value(_ value: Document, indent: Int, isInline: Bool) {
    switch value.kind {
    case .object where !value.isEmpty: mapping(value, indent: indent, isInline: isInline)
    case .array where !value.isEmpty: sequence(value, indent: indent, isInline: isInline)
    default:
      if isInline { text += " " }
      scalar(value, indent: indent)
      text += "\n"
    }
  }

  private mutating func mapping(_ value: Document, indent: Int, isInline: Bool) {
    if isInline { text += "\n" }
    for (name, member) in value.members.sorted(by: { $0.name < $1.name }) {
      pad(indent)
      memberLine(name, member, indent: indent)
    }
  }

  private mutating func memberLine(_ name: String, _ member: Document, indent: Int) {
    let key = Self.isPlain(name) ? name : Self.quoted(name)
    if key.utf8.count > Self.keyByteCountMax {
      text += "? \(key)\n"
      pad(indent)
    } else {
      text += key
    }
    text += ":"
    // A list stands at the depth of its name.
    value(member, indent: member.isArray ? indent : indent + 2, isInline: true)
  }

  private mutating func sequence(_ value: Document, indent: Int, isInline: Bool) {
    if isInline { text += "\n" }
    for element in value.elements {
      pad(indent)
      text += "-"
      if element.isObject && !element.isEmpty {
        // The first member follows the dash.
        text += " "
        let members = element.members.sorted { $0.name < $1.name }
        for (position, (name, member)) in members.enumerated() {
          if position > 0 { pad(indent + 2) }
          memberLine(name, member, indent: indent + 2)
        }
      } else {
        self.value(element, indent: indent + 2, isInline: true)
      }
    }
  }

  private mutating func scalar(_ value: Document, indent: Int) {
    guard let string = value.string else {
      text += value.jsonText
      return
    }
    if Self.isPlain(string) {
      text += string
    } else if string.utf8.contains(UInt8(ascii: "\n")), Self.fitsBlock(string) {
      block(string, indent: max(indent, 2))
    } else {
      text += Self.quoted(string)
    }
  }

  /// `|` keeps one line break at the end, `|-` none, `|+` all.
  private mutating func block(_ string: String, indent: Int) {
    text += "|"
    if !string.hasSuffix("\n") { text += "-" } else if string.hasSuffix("\n\n") { text += "+" }
    var lines = string.split(separator: "\n", omittingEmptySubsequences: false)
    if string.hasSuffix("\n") { lines.removeLast() }
    for line in lines {
      text += "\n"
      if !line.isEmpty {
        pad(indent)
        text += line
      }
    }
  }

  private mutating func pad(_ count: Int) {
    text += String(repeating: " ", count: count)
  }

  /// A block says no leading space, no control characters, and nothing but line breaks at its end.
  private static func fitsBlock(_ string: String) -> Bool {
    guard let first = string.utf8.first, first != UInt8(ascii: " "), first != UInt8(ascii: "\n")
    else { return false }
    return string.unicodeScalars.allSatisfy {
      $0 == "\n" || $0 == "\t" || ($0.value >= 0x20 && isPrintable($0))
    } && !string.contains("\t\n") && !string.hasPrefix("\t") && !string.contains(" \n")
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
      0x10000...0x10FFFF:
      true
    default: false
    }
  }

  /// Text that stands for itself without quotes, and is nothing but text then.
  private static func isPlain(_ string: String) -> Bool {
    guard let first = string.unicodeScalars.first, let last = string.unicodeScalars.last,
      first.properties.isAlphabetic || "_/.0123456789".unicodeScalars.contains(first),
      last != " ", last != ":",
      YAMLScalar(plain: string) == .text, string != "<<", !looksLikeTime(string),
      !string.hasPrefix("...")
    else { return false }
    var previous: Unicode.Scalar = " "
    for scalar in string.unicodeScalars {
      guard isPrintable(scalar), scalar.value != 0xFEFF else { return false }
      if scalar == "#" && previous == " " { return false }
      if scalar == " " && previous == ":" { return false }
      previous = scalar
    }
    return true
  }

  /// YAML 1.1 would take `2001-01-01` for a date, and `12:30` for a number of base 60.
  private static func looksLikeTime(_ string: String) -> Bool {
    guard let first = string.utf8.first, (0x30...0x39).contains(first) else { return false }
    return string.utf8.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") }
  }

  /// Double quotes with JSON's escapes, which YAML takes too, and needs for some characters more:
  /// U+0085 is a line break to it.
  private static func quoted(_ string: String) -> String {
    var text = ""
    for scalar in Document(string).jsonText.unicodeScalars {
      if isPrintable(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return text
  }
}
