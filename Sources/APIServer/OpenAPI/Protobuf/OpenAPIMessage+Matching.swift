import Resources

extension OpenAPIMessage {
  /// Nobody's schema is nested as deep; each level is copied into the one around it.
  private static let depthMax = 128

  /// Whether an object of somebody else's document has the shape that this part of a document must have.
  /// Members that the specification does not name are left to those who wrote them. Pure.
  static func takes(_ value: Document, as name: Name) -> Bool {
    takes(value, .message(name), depth: 0)
  }

  private static func takes(_ value: Document, _ shape: Shape, depth: Int) -> Bool {
    guard depth < depthMax else { return false }
    return switch shape {
    case .text: value.string != nil
    case .flag: value.bool != nil
    case .integer: value.integer != nil
    case .number: value.double != nil
    case .any: true
    case .message(let name): members(of: value, as: name, depth: depth)
    case .list(let element):
      value.isArray
        ? value.elements.allSatisfy { takes($0, element, depth: depth + 1) }
        : takes(value, element, depth: depth + 1)
    case .wrapped(_, let inner): takes(value, inner, depth: depth + 1)
    case .named(_, let inner):
      value.isObject && value.members.allSatisfy { takes($0.value, inner, depth: depth + 1) }
    case .flagOrMessage(_, _, let name):
      value.bool != nil || members(of: value, as: name, depth: depth)
    case .parameter: parameter(value, depth: depth)
    case .parameterOrReference:
      value["$ref"] != nil
        ? members(of: value, as: .reference, depth: depth) : parameter(value, depth: depth)
    }
  }

  private static func parameter(_ value: Document, depth: Int) -> Bool {
    let name: Name =
      switch value["in"]?.string {
      case "body": .bodyParameter
      case "path", "header": .otherParameter
      default: .queryParameter
      }
    return members(of: value, as: name, depth: depth)
  }

  private static func members(of value: Document, as name: Name, depth: Int) -> Bool {
    guard value.isObject, let message = version2[name] else { return false }
    return value.members.allSatisfy { name, value in
      if let field = message.fields[name] { return takes(value, field.shape, depth: depth + 1) }
      if name.hasPrefix("x-") { return true }
      return message.others.map { takes(value, $0.shape, depth: depth + 1) } ?? true
    }
  }
}
