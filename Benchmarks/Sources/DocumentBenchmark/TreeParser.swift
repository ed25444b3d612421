import Resources

/// Candidate B's reader: recursive descent with the same checks as `DocumentParser`, for valid input.
struct TreeParser {
  struct Refused: Error {}

  let schema: Schema
  let fields: TreeFields
  let bytes: UnsafeBufferPointer<UInt8>
  var offset = 0

  static func parse(_ json: [UInt8], as type: SchemaType, _ fields: TreeFields) throws -> Tree {
    try json.withUnsafeBufferPointer { buffer in
      var parser = TreeParser(schema: type.schema, fields: fields, bytes: buffer)
      return try parser.value(.object(type.id))
    }
  }

  mutating func value(_ type: FieldType) throws -> Tree {
    skipSpace()
    guard offset < bytes.count else { throw Refused() }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return try object(type)
    case UInt8(ascii: "["): return try array(type)
    case UInt8(ascii: "\""):
      switch type {
      case .string, .any, .intOrString, .quantity, .time, .microTime, .bytes:
        return .string(try string())
      default: throw Refused()
      }
    case UInt8(ascii: "t"):
      offset += 4
      return .bool(true)
    case UInt8(ascii: "f"):
      offset += 5
      return .bool(false)
    case UInt8(ascii: "n"):
      offset += 4
      return .null
    default: return .integer(try integer())
    }
  }

  mutating func object(_ type: FieldType) throws -> Tree {
    offset += 1
    var members: [Tree.Member] = []
    var seen: UInt64 = 0
    skipSpace()
    if bytes[offset] == UInt8(ascii: "}") {
      offset += 1
      return .object(members)
    }
    while true {
      skipSpace()
      let name: String
      var inner = FieldType.any
      switch type {
      case .object(let id):
        let start = offset + 1
        let end = plainEnd(from: start)
        let key = TreeFields.Key(bytes.baseAddress! + start, count: end - start)
        guard let entry = fields.find(key, in: Int(id.rawValue)) else { throw Refused() }
        guard seen & 1 << UInt64(entry.ordinal) == 0 else { throw Refused() }
        seen |= 1 << UInt64(entry.ordinal)
        offset = end + 1
        name = entry.name
        inner = entry.type
      case .map(let element):
        name = try string()
        inner = schema[element].type
        if members.contains(where: { $0.name == name }) { throw Refused() }
      default: name = try string()
      }
      skipSpace()
      guard bytes[offset] == UInt8(ascii: ":") else { throw Refused() }
      offset += 1
      let value = try value(inner)
      if case .null = value {} else { members.append(Tree.Member(name: name, value: value)) }
      skipSpace()
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "}") { return .object(members) }
      guard byte == UInt8(ascii: ",") else { throw Refused() }
    }
  }

  mutating func array(_ type: FieldType) throws -> Tree {
    offset += 1
    var inner = FieldType.any
    if case .array(let element) = type { inner = schema[element].type }
    var elements: [Tree] = []
    skipSpace()
    if bytes[offset] == UInt8(ascii: "]") {
      offset += 1
      return .array(elements)
    }
    while true {
      elements.append(try value(inner))
      skipSpace()
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "]") { return .array(elements) }
      guard byte == UInt8(ascii: ",") else { throw Refused() }
    }
  }

  mutating func integer() throws -> Int64 {
    var value: Int64 = 0
    let isNegative = bytes[offset] == UInt8(ascii: "-")
    if isNegative { offset += 1 }
    while offset < bytes.count, bytes[offset] &- 0x30 < 10 {
      value = value &* 10 &+ Int64(bytes[offset] - 0x30)
      offset += 1
    }
    return isNegative ? -value : value
  }

  mutating func string() throws -> String {
    let start = offset + 1
    var end = plainEnd(from: start)
    if bytes[end] == UInt8(ascii: "\"") {
      offset = end + 1
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }
    var text = Array(bytes[start..<end])
    while bytes[end] == UInt8(ascii: "\\") {
      text.append(bytes[end + 1] == UInt8(ascii: "n") ? 10 : bytes[end + 1])
      let from = end + 2
      end = plainEnd(from: from)
      text.append(contentsOf: bytes[from..<end])
    }
    offset = end + 1
    return String(decoding: text, as: UTF8.self)
  }

  @inline(__always)
  func plainEnd(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var position = start
    while position + 8 <= bytes.count {
      let word = UnsafeRawPointer(bytes.baseAddress! + position).loadUnaligned(as: UInt64.self)
      let quote = word ^ (ones &* 0x22)
      let slash = word ^ (ones &* 0x5C)
      let found =
        (((quote &- ones) & ~quote) | ((slash &- ones) & ~slash)
          | ((word &- ones &* 0x20) & ~word) | word) & (ones &* 0x80)
      if found != 0 { return position + found.trailingZeroBitCount / 8 }
      position += 8
    }
    while bytes[position] != 0x22 && bytes[position] != 0x5C { position += 1 }
    return position
  }

  mutating func skipSpace() {
    while offset < bytes.count, bytes[offset] <= 0x20 { offset += 1 }
  }
}

/// Candidate B's writer, with the same escapes.
extension Tree {
  var json: [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(4096)
    write(to: &output)
    return output
  }

  func write(to output: inout [UInt8]) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .double(let value): output.append(contentsOf: value.description.utf8)
    case .string(let value): Self.write(value, to: &output)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (position, element) in elements.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        element.write(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (position, member) in members.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        Self.write(member.name, to: &output)
        output.append(UInt8(ascii: ":"))
        member.value.write(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  static func write(_ string: String, to output: inout [UInt8]) {
    var string = string
    string.withUTF8 { bytes in
      output.append(UInt8(ascii: "\""))
      var start = 0
      for position in 0..<bytes.count {
        let byte = bytes[position]
        let isSpecial =
          byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x3C || byte == 0x3E
          || byte == 0x26
        guard isSpecial else { continue }
        output.append(contentsOf: bytes[start..<position])
        output.append(UInt8(ascii: "\\"))
        output.append(byte == 10 ? UInt8(ascii: "n") : byte)
        start = position + 1
      }
      output.append(contentsOf: bytes[start..<bytes.count])
      output.append(UInt8(ascii: "\""))
    }
  }
}
