/// Which values some fields of an object must have: `metadata.name=web,status.phase!=Running`.
/// Source: Kubernetes documentation, "Field Selectors".
package struct FieldSelector: Hashable, Sendable {
  package struct Requirement: Hashable, Sendable {
    package let field: String
    package let value: String
    package let isNegated: Bool

    package init(field: String, value: String, isNegated: Bool = false) {
      self.field = field
      self.value = value
      self.isNegated = isNegated
    }

    package func matches(_ found: String) -> Bool { (found == value) != isNegated }
  }

  package struct ParsingError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
  }

  package let requirements: [Requirement]

  package init(requirements: [Requirement]) { self.requirements = requirements }

  package init(parsing text: String) throws(ParsingError) {
    var found: [Requirement] = []
    for term in Self.terms(text) where !term.isEmpty {
      found.append(try Self.requirement(term))
    }
    requirements = found
  }

  /// The value that `field` must have, where the selector names exactly one.
  package func requiredValue(of field: String) -> String? {
    requirements.first { $0.field == field && !$0.isNegated }?.value
  }

  /// Splits at commas that no backslash escapes.
  private static func terms(_ text: String) -> [String] {
    var terms: [String] = [""]
    var isEscaped = false
    for character in text {
      if character == "," && !isEscaped {
        terms.append("")
        continue
      }
      terms[terms.count - 1].append(character)
      isEscaped = character == "\\" && !isEscaped
    }
    return terms
  }

  private static func requirement(_ term: String) throws(ParsingError) -> Requirement {
    for (sign, isNegated) in [("!=", true), ("==", false), ("=", false)] {
      guard let position = firstRange(of: sign, in: term) else { continue }
      let value = unescaped(term[position.upperBound...])
      return Requirement(
        field: String(term[..<position.lowerBound]), value: value, isNegated: isNegated)
    }
    throw ParsingError(description: "invalid selector: '\(term)'; can't understand '\(term)'")
  }

  private static func firstRange(of sign: String, in text: String) -> Range<String.Index>? {
    var start = text.startIndex
    while start < text.endIndex {
      if text[start...].hasPrefix(sign) {
        return start..<text.index(start, offsetBy: sign.count)
      }
      start = text.index(after: start)
    }
    return nil
  }

  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if character == "\\" && !isEscaped {
        isEscaped = true
      } else {
        result.append(character)
        isEscaped = false
      }
    }
    return result
  }
}
