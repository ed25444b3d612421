extension Document {
  /// The value as compact JSON, members in their order of writing, as Go's encoder spells it: `<`,
  /// `>`, `&`, U+2028 and U+2029 escaped. Cost is O(value).
  package var json: [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(index == 0 ? text.count + nodes.count * 6 : 256)
    encodeJSON(into: &output)
    return output
  }

  package var jsonText: String { String(decoding: json, as: UTF8.self) }

  package func encodeJSON(into output: inout [UInt8]) {
    nodes.withUnsafeBufferPointer { nodes in
      text.withUnsafeBufferPointer { text in
        JSONEncoding(nodes: nodes, text: text).encode(index, into: &output)
      }
    }
  }

  /// Appends a quoted, escaped JSON string.
  package static func appendJSONString(_ string: String, to output: inout [UInt8]) {
    var string = string
    string.withUTF8 { JSONEncoding.append(quoted: $0, to: &output) }
  }
}

private struct JSONEncoding {
  let nodes: UnsafeBufferPointer<Document.Node>
  let text: UnsafeBufferPointer<UInt8>

  func encode(_ index: Int, into output: inout [UInt8]) {
    let node = nodes[index]
    switch node.kind {
    case .null: output.append(contentsOf: "null".utf8)
    case .true: output.append(contentsOf: "true".utf8)
    case .false: output.append(contentsOf: "false".utf8)
    case .integer: append(Int64(bitPattern: node.bits), to: &output)
    case .double: append(Double(bitPattern: node.bits), to: &output)
    case .string: Self.append(quoted: slice(node.low, node.high), to: &output)
    case .array:
      output.append(UInt8(ascii: "["))
      var child = Int(node.low)
      while child != 0 {
        encode(child, into: &output)
        child = Int(nodes[child].next)
        if child != 0 { output.append(UInt8(ascii: ",")) }
      }
      output.append(UInt8(ascii: "]"))
    case .object:
      output.append(UInt8(ascii: "{"))
      var child = Int(node.low)
      while child != 0 {
        let member = nodes[child]
        Self.append(quoted: slice(member.nameOffset, member.nameLength), to: &output)
        output.append(UInt8(ascii: ":"))
        encode(child, into: &output)
        child = Int(member.next)
        if child != 0 { output.append(UInt8(ascii: ",")) }
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  func slice(_ offset: UInt32, _ length: UInt32) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text[Int(offset)..<Int(offset) + Int(length)])
  }

  func append(_ value: Int64, to output: inout [UInt8]) {
    if value >= 0 && value < 10 {
      output.append(UInt8(ascii: "0") + UInt8(value))
    } else {
      output.append(contentsOf: String(value).utf8)
    }
  }

  /// Whole doubles lose their ".0", since Go writes them so and clients compare.
  func append(_ value: Double, to output: inout [UInt8]) {
    let spelling = value.description
    output.append(contentsOf: (spelling.hasSuffix(".0") ? spelling.dropLast(2) : spelling[...]).utf8)
  }

  static func append(quoted bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var runStart = 0
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      guard Self.needsEscape[Int(byte)] else {
        position += 1
        continue
      }
      if byte == 0xE2 {
        // U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
        let isSeparator =
          position + 2 < bytes.count && bytes[position + 1] == 0x80
          && bytes[position + 2] & 0xFE == 0xA8
        guard isSeparator else {
          position += 1
          continue
        }
        output.append(contentsOf: bytes[runStart..<position])
        output.append(contentsOf: "\\u202".utf8)
        output.append(bytes[position + 2] == 0xA8 ? UInt8(ascii: "8") : UInt8(ascii: "9"))
        position += 3
        runStart = position
        continue
      }
      output.append(contentsOf: bytes[runStart..<position])
      append(escaped: byte, to: &output)
      position += 1
      runStart = position
    }
    output.append(contentsOf: bytes[runStart..<bytes.count])
    output.append(UInt8(ascii: "\""))
  }

  static func append(escaped byte: UInt8, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
    case 0x0A: output.append(UInt8(ascii: "n"))
    case 0x0D: output.append(UInt8(ascii: "r"))
    case 0x09: output.append(UInt8(ascii: "t"))
    case 0x08: output.append(UInt8(ascii: "b"))
    case 0x0C: output.append(UInt8(ascii: "f"))
    default:
      let digits = Array("0123456789abcdef".utf8)
      output.append(contentsOf: "u00".utf8)
      output.append(digits[Int(byte >> 4)])
      output.append(digits[Int(byte & 15)])
    }
  }

  private static let needsEscape: [Bool] = (0..<256).map { byte in
    byte < 0x20 || byte == 0xE2 || "\"\\<>&".utf8.contains(UInt8(byte))
  }
}
