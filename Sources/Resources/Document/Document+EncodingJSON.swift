extension Document {
  /// The value as compact JSON, members in their order of writing, as Go's encoder spells it: `<`,
  /// `>`, `&`, U+2028 and U+2029 escaped. Cost is O(value).
  package var json: [UInt8] {
    var writer = ByteWriter(capacity: index == 0 ? arena.text.count + 64 : 256)
    defer { writer.deallocate() }
    write(to: &writer)
    return Array(writer.bytes)
  }

  package var jsonText: String { String(decoding: json, as: UTF8.self) }

  package func encodeJSON(into output: inout [UInt8]) {
    var writer = ByteWriter(capacity: index == 0 ? arena.text.count + 64 : 256)
    defer { writer.deallocate() }
    write(to: &writer)
    output.append(contentsOf: writer.bytes)
  }

  func write(to writer: inout ByteWriter) {
    arena.nodes.withUnsafeBufferPointer { nodes in
      arena.text.withUnsafeBufferPointer { text in
        let encoding = JSONEncoding(nodes: nodes, text: text)
        encoding.encode(index, to: &writer)
      }
    }
  }

  /// Appends a quoted, escaped JSON string.
  package static func appendJSONString(_ string: String, to output: inout [UInt8]) {
    var string = string
    string.withUTF8 { bytes in
      var writer = ByteWriter(capacity: bytes.count + 64)
      defer { writer.deallocate() }
      JSONEncoding.append(quoted: bytes, to: &writer)
      output.append(contentsOf: writer.bytes)
    }
  }
}

/// Writes the nodes of one arena as JSON.
struct JSONEncoding {
  let nodes: UnsafeBufferPointer<Document.Node>
  let text: UnsafeBufferPointer<UInt8>

  func encode(_ index: Int, to writer: inout ByteWriter) {
    let node = nodes[index]
    switch node.kind {
    case .null: writer.append("null")
    case .true: writer.append("true")
    case .false: writer.append("false")
    case .integer: writer.append(decimal: Int64(bitPattern: node.bits))
    case .double: append(Double(bitPattern: node.bits), to: &writer)
    case .string: Self.append(quoted: slice(node.low, node.high), to: &writer)
    case .array:
      writer.append(UInt8(ascii: "["))
      var child = Int(node.low)
      while child != 0 {
        encode(child, to: &writer)
        child = Int(nodes[child].next)
        if child != 0 { writer.append(UInt8(ascii: ",")) }
      }
      writer.append(UInt8(ascii: "]"))
    case .object:
      writer.append(UInt8(ascii: "{"))
      var child = Int(node.low)
      while child != 0 {
        let member = nodes[child]
        Self.append(quoted: slice(member.nameOffset, member.nameLength), to: &writer)
        writer.append(UInt8(ascii: ":"))
        encode(child, to: &writer)
        child = Int(member.next)
        if child != 0 { writer.append(UInt8(ascii: ",")) }
      }
      writer.append(UInt8(ascii: "}"))
    }
  }

  func slice(_ offset: UInt32, _ length: UInt32) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text[Int(offset)..<Int(offset) + Int(length)])
  }

  /// Whole doubles lose their ".0", since Go writes them so and clients compare.
  func append(_ value: Double, to writer: inout ByteWriter) {
    let spelling = value.description
    writer.append((spelling.hasSuffix(".0") ? spelling.dropLast(2) : spelling[...]).utf8)
  }

  @inline(__always)
  static func append(quoted bytes: UnsafeBufferPointer<UInt8>, to writer: inout ByteWriter) {
    // Room for the text, the quotes, and the bytes that a whole word writes too far.
    writer.reserve(bytes.count &+ 16)
    writer.append(UInt8(ascii: "\""))
    var offset = 0
    if let base = bytes.baseAddress {
      while offset &+ 8 <= bytes.count {
        let word = UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self)
        writer.store(word)
        let found = ByteScan.escapes(word.littleEndian)
        if found != 0 {
          let plain = found.trailingZeroBitCount / 8
          writer.advance(plain)
          offset = escape(bytes, at: offset &+ plain, to: &writer)
        } else {
          writer.advance(8)
          offset &+= 8
        }
      }
    }
    while offset < bytes.count {
      let byte = bytes[offset]
      if needsEscape(byte) {
        offset = escape(bytes, at: offset, to: &writer)
      } else {
        writer.append(byte)
        offset &+= 1
      }
    }
    writer.append(UInt8(ascii: "\""))
  }

  @inline(__always)
  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0xE2
      || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&")
  }

  /// Writes the byte at `offset`, escaped where it has to be; returns the offset behind it. Leaves as
  /// much room as the rest of the text needs.
  @inline(never)
  private static func escape(
    _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int, to writer: inout ByteWriter
  ) -> Int {
    writer.reserve(bytes.count &- offset &+ 24)
    let byte = bytes[offset]
    if byte == 0xE2 {
      // U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
      guard offset + 2 < bytes.count, bytes[offset + 1] == 0x80, bytes[offset + 2] & 0xFE == 0xA8
      else {
        writer.append(byte)
        return offset + 1
      }
      writer.append(bytes[offset + 2] == 0xA8 ? "\\u2028" : "\\u2029")
      return offset + 3
    }
    writer.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): writer.append(byte)
    case 0x0A: writer.append(UInt8(ascii: "n"))
    case 0x0D: writer.append(UInt8(ascii: "r"))
    case 0x09: writer.append(UInt8(ascii: "t"))
    case 0x08: writer.append(UInt8(ascii: "b"))
    case 0x0C: writer.append(UInt8(ascii: "f"))
    default:
      writer.append("u00")
      writer.append(hexDigit(byte >> 4))
      writer.append(hexDigit(byte & 15))
    }
    return offset + 1
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
