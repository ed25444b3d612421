/// How property names that are no identifiers are written in expressions.
/// Source: Kubernetes documentation, CustomResourceDefinitions, "Validation rules", escaping.
package enum FieldEscaping {
  private static let keywords: Set<String> = [
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function",
    "if", "import", "let", "loop", "package", "namespace", "return",
  ]

  /// `nil` where a name cannot be written: it begins with a digit or holds other characters.
  package static func escaped(_ name: String) -> String? {
    if keywords.contains(name) { return "__\(name)__" }
    guard name.utf8.allSatisfy({ $0 < 0x80 }), let first = name.unicodeScalars.first,
      Lexer.isLetter(first)
    else { return nil }
    var text = ""
    var rest = Substring(name)
    while let next = rest.unicodeScalars.first {
      if rest.hasPrefix("__") {
        text += "__underscores__"
        rest = rest.dropFirst(2)
        continue
      }
      switch next {
      case ".": text += "__dot__"
      case "-": text += "__dash__"
      case "/": text += "__slash__"
      default:
        guard Lexer.isLetter(next) || Lexer.isDigit(next) else { return nil }
        text.unicodeScalars.append(next)
      }
      rest = rest.dropFirst()
    }
    return text
  }
}
