import Resources

/// An OpenAPI v2 document in protobuf, which Go's client libraries ask for. Pure; cost is that of
/// walking the document once and copying each message into the one around it.
/// Source: google/gnostic-models, `openapiv2/OpenAPIv2.proto`; Protocol Buffers, "Encoding".
struct OpenAPIProtobuf {
  private typealias Shape = OpenAPIMessage.Shape

  static func encode(_ document: Document) -> [UInt8] {
    message(document, .document)
  }

  private static func message(_ object: Document, _ name: OpenAPIMessage.Name) -> [UInt8] {
    guard let message = OpenAPIMessage.version2[name] else { return [] }
    var bytes: [UInt8] = []
    for (member, value) in object.members {
      if let field = message.fields[member] {
        append(value, field.number, field.shape, to: &bytes)
      } else if member.hasPrefix("x-") {
        guard let number = message.extensionNumber else { continue }
        append(entry(member, value, .any), number, to: &bytes)
      } else if let others = message.others {
        append(entry(member, value, others.shape), others.number, to: &bytes)
      }
    }
    return bytes
  }

  private static func append(
    _ value: Document, _ number: Int, _ shape: Shape, to bytes: inout [UInt8]
  ) {
    switch shape {
    case .flag:
      guard let flag = value.bool else { return }
      append(varint: UInt64(number << 3), to: &bytes)
      bytes.append(flag ? 1 : 0)
    case .integer:
      guard let integer = value.integer else { return }
      append(varint: UInt64(number << 3), to: &bytes)
      append(varint: UInt64(bitPattern: Int64(integer)), to: &bytes)
    case .number:
      guard let double = value.double ?? value.integer.map(Double.init) else { return }
      append(varint: UInt64(number << 3 | 1), to: &bytes)
      withUnsafeBytes(of: double.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    case .list(let element):
      guard value.isArray else { return append(value, number, element, to: &bytes) }
      for item in value.elements { append(item, number, element, to: &bytes) }
    default: append(content(of: value, shape), number, to: &bytes)
    }
  }

  /// What stands behind the length of a field that has one.
  private static func content(of value: Document, _ shape: Shape) -> [UInt8] {
    var bytes: [UInt8] = []
    switch shape {
    case .text: bytes = Array(value.stringBytes ?? [])
    case .any: append(value.json, 2, to: &bytes)
    case .message(let name): return message(value, name)
    case .wrapped(let number, let inner): append(value, number, inner, to: &bytes)
    case .named(let number, let inner):
      for (name, member) in value.members {
        append(entry(name, member, inner), number, to: &bytes)
      }
    case .flagOrMessage(let flag, let message, let name):
      if value.bool != nil {
        append(value, flag, .flag, to: &bytes)
      } else {
        append(value, message, .message(name), to: &bytes)
      }
    case .parameter: return parameter(value)
    case .parameterOrReference:
      let isReference = value["$ref"] != nil
      append(
        isReference ? message(value, .reference) : parameter(value), isReference ? 2 : 1,
        to: &bytes)
    case .flag, .integer, .number, .list:
      preconditionFailure("\(shape) has no length of its own")
    }
    return bytes
  }

  /// `Parameter {1: body, 2: NonBodyParameter {1: header, 2: form, 3: query, 4: path}}`.
  private static func parameter(_ value: Document) -> [UInt8] {
    var bytes: [UInt8] = []
    let place = value["in"]?.string
    if place == "body" {
      append(value, 1, .message(.bodyParameter), to: &bytes)
      return bytes
    }
    var inner: [UInt8] = []
    switch place {
    case "query": append(value, 3, .message(.queryParameter), to: &inner)
    case "path": append(value, 4, .message(.otherParameter), to: &inner)
    case "header": append(value, 1, .message(.otherParameter), to: &inner)
    default: append(value, 2, .message(.queryParameter), to: &inner)
    }
    append(inner, 2, to: &bytes)
    return bytes
  }

  /// `{1: name, 2: value}`.
  private static func entry(_ name: String, _ value: Document, _ shape: Shape) -> [UInt8] {
    var bytes: [UInt8] = []
    append(Array(name.utf8), 1, to: &bytes)
    append(value, 2, shape, to: &bytes)
    return bytes
  }

  /// A field with a length.
  private static func append(_ content: [UInt8], _ number: Int, to bytes: inout [UInt8]) {
    append(varint: UInt64(number << 3 | 2), to: &bytes)
    append(varint: UInt64(content.count), to: &bytes)
    bytes.append(contentsOf: content)
  }

  private static func append(varint value: UInt64, to bytes: inout [UInt8]) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}
