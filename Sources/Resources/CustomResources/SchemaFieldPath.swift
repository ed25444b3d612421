/// A way to a field of a schema, as the rules of custom resources (`fieldPath`) and their selectable
/// fields (`jsonPath`) name it: `.spec.x` or `['a key'].y`.
/// Source: Kubernetes documentation, CustomResourceDefinitions, "Field `fieldPath`".
package struct SchemaFieldPath: Equatable {
  /// As field errors write it, to be put behind the place that the path starts from.
  package let text: String
  package let names: [String]
  /// What the schema says of the field.
  package let schema: Document

  /// - Parameter allowsBrackets: whether a name may stand in quotes: `['a key']`.
  /// - Returns: `nil` for what is no path, or leads to no field of the schema.
  package init?(_ source: String, in schema: Document, allowsBrackets: Bool = true) {
    var text = ""
    var names: [String] = []
    var schema = schema
    var rest = source[...]
    while let first = rest.first {
      rest = rest.dropFirst()
      let name: String
      if first == "." {
        name = String(rest.prefix { $0 != "." && $0 != "[" && $0 != "]" })
        rest = rest.dropFirst(name.count)
      } else {
        guard first == "[", allowsBrackets, let key = Self.quoted(&rest), rest.first == "]" else {
          return nil
        }
        rest = rest.dropFirst()
        name = key
      }
      if name.isEmpty { return nil }
      if schema["properties"] != nil {
        guard let inner = schema[path: "properties", name] else { return nil }
        text += ".\(name)"
        schema = inner
      } else {
        guard let inner = schema["additionalProperties"], inner.isObject else { return nil }
        text += "[\(name)]"
        schema = inner
      }
      names.append(name)
    }
    if names.isEmpty { return nil }
    self.text = text
    self.names = names
    self.schema = schema
  }

  private static let escapes: [Character: Character] = [
    "a": "\u{7}", "b": "\u{8}", "f": "\u{c}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{b}",
    "'": "'", "\\": "\\",
  ]

  /// Takes a text in single quotes off the front.
  private static func quoted(_ rest: inout Substring) -> String? {
    guard rest.first == "'" else { return nil }
    rest = rest.dropFirst()
    var text = ""
    while let next = rest.first {
      rest = rest.dropFirst()
      if next == "'" { return text }
      guard next == "\\" else {
        text.append(next)
        continue
      }
      guard let name = rest.first, let meant = escapes[name] else { return nil }
      rest = rest.dropFirst()
      text.append(meant)
    }
    return nil
  }
}
