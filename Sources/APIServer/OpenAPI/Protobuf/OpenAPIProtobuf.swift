import Foundations
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
    var wire = WireMessage()
    for (member, value) in object.members {
      if let field = message.fields[member] {
        append(value, field.number, field.shape, to: &wire)
      } else if member.hasPrefix("x-") {
        guard let number = message.extensionNumber else { continue }
        wire.addPresent(number, entry(member, value, .any))
      } else if let others = message.others {
        wire.addPresent(others.number, entry(member, value, others.shape))
      }
    }
    return wire.bytes
  }

  private static func append(
    _ value: Document, _ number: Int, _ shape: Shape, to wire: inout WireMessage
  ) {
    switch shape {
    case .flag:
      guard let flag = value.bool else { return }
      wire.addPresent(number, varint: flag ? 1 : 0)
    case .integer:
      guard let integer = value.integer else { return }
      wire.addPresent(number, varint: UInt64(bitPattern: Int64(integer)))
    case .number:
      guard let double = value.double ?? value.integer.map(Double.init) else { return }
      wire.addPresent(number, fixed: double.bitPattern)
    case .list(let element):
      guard value.isArray else { return append(value, number, element, to: &wire) }
      for item in value.elements { append(item, number, element, to: &wire) }
    default: wire.addPresent(number, content(of: value, shape))
    }
  }

  /// What stands behind the length of a field that has one.
  private static func content(of value: Document, _ shape: Shape) -> [UInt8] {
    var wire = WireMessage()
    switch shape {
    case .text: return Array(value.stringBytes ?? [])
    case .any: wire.addPresent(2, value.json)
    case .message(let name): return message(value, name)
    case .wrapped(let number, let inner): append(value, number, inner, to: &wire)
    case .named(let number, let inner):
      for (name, member) in value.members {
        wire.addPresent(number, entry(name, member, inner))
      }
    case .flagOrMessage(let flag, let message, let name):
      if value.bool != nil {
        append(value, flag, .flag, to: &wire)
      } else {
        append(value, message, .message(name), to: &wire)
      }
    case .parameter: return parameter(value)
    case .parameterOrReference:
      let isReference = value["$ref"] != nil
      wire.addPresent(
        isReference ? 2 : 1, isReference ? message(value, .reference) : parameter(value))
    case .flag, .integer, .number, .list:
      preconditionFailure("\(shape) has no length of its own")
    }
    return wire.bytes
  }

  /// `Parameter {1: body, 2: NonBodyParameter {1: header, 2: form, 3: query, 4: path}}`.
  private static func parameter(_ value: Document) -> [UInt8] {
    var wire = WireMessage()
    let place = value["in"]?.string
    if place == "body" {
      append(value, 1, .message(.bodyParameter), to: &wire)
      return wire.bytes
    }
    var inner = WireMessage()
    switch place {
    case "query": append(value, 3, .message(.queryParameter), to: &inner)
    case "path": append(value, 4, .message(.otherParameter), to: &inner)
    case "header": append(value, 1, .message(.otherParameter), to: &inner)
    default: append(value, 2, .message(.queryParameter), to: &inner)
    }
    wire.addPresent(2, inner.bytes)
    return wire.bytes
  }

  /// `{1: name, 2: value}`.
  private static func entry(_ name: String, _ value: Document, _ shape: Shape) -> [UInt8] {
    var wire = WireMessage()
    wire.addPresent(1, name.utf8)
    append(value, 2, shape, to: &wire)
    return wire.bytes
  }
}
