import Foundations
import Resources

/// How large the values that a schema allows may be, at most, within one request.
/// Source: apiserver `pkg/cel/common/schemas.go` and `pkg/cel/limits.go`, whose numbers decide which
/// rules may be written.
extension ValueShape {
  /// The greatest request that the API takes, in bytes.
  static let requestByteCountMax = 3 << 20

  private var sizedFormat: String { schema["format"]?.string ?? "" }

  private func bound(_ keyword: String) -> Int? { schema[keyword]?.integer.map { max(0, $0) } }

  /// Characters of a text, elements of a list, entries of a map; 0 for what has no such number.
  var sizeMax: Int {
    if isIntOrString { return bound("maxLength").map { $0 * 4 } ?? Self.requestByteCountMax - 2 }
    switch type {
    case "array":
      guard let element else { return 0 }
      return bound("maxItems") ?? (Self.requestByteCountMax - 2) / (element.serializedSizeMin + 1)
    case "object":
      guard let mapValue else { return 0 }
      return bound("maxProperties")
        ?? (Self.requestByteCountMax - 2) / (mapValue.serializedSizeMin + 6)
    case "string": return textSizeMax
    default: return 0
    }
  }

  private var textSizeMax: Int {
    switch sizedFormat {
    case "byte": return bound("maxLength") ?? Self.requestByteCountMax - 2
    case "duration", "date-time": return 32
    case "date": return 12
    default: break
    }
    // The schema counts characters; a request counts bytes, up to four for each.
    if let max = bound("maxLength") { return max.multipliedReportingOverflow(by: 4).partialValue }
    let allowed = schema["enum"]?.elements.compactMap { $0.string?.utf8.count } ?? []
    return allowed.max() ?? Self.requestByteCountMax - 2
  }

  /// The fewest bytes of JSON that a value takes.
  var serializedSizeMin: Int {
    if isIntOrString { return 1 }
    switch type {
    case "array": return 2
    case "object" where mapValue != nil: return 2
    case "object":
      let required = Set(schema["required"]?.elements.compactMap(\.string) ?? [])
      var size = 2
      for (name, property) in schema["properties"]?.members.map({ $0 }) ?? []
      where required.contains(name) && property["default"] == nil {
        size += name.utf8.count + ValueShape(property).serializedSizeMin + 4
      }
      return size
    case "boolean": return 4
    case "string":
      switch sizedFormat {
      case "duration": return 3
      case "date": return 12
      case "date-time": return 21
      default: return 2
      }
    default: return 1
    }
  }

  /// By how much a place multiplies what is under it; `nil` where the schema sets no bound.
  var elementsMax: Int? {
    switch type {
    case "object": schema["additionalProperties"] == nil ? 1 : bound("maxProperties")
    case "array": bound("maxItems")
    default: 1
    }
  }

  /// How often a place may occur in one request, where the schema around it sets no bound.
  var cardinalityMax: Int { Self.requestByteCountMax / (serializedSizeMin + 1) }
}
