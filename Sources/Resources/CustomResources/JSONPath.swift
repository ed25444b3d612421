/// A way into a document, as printer columns and subresources of custom resources name it: the part of
/// kubectl's JSONPath that leads to values.
///
/// `.spec.replicas`, `.metadata.labels['app.kubernetes.io/name']`, `.spec.hosts[0]`, `.spec.hosts[*]`,
/// `.status.conditions[?(@.type=="Ready")].status`.
/// Source: Kubernetes documentation, "JSONPath Support".
package struct JSONPath: Sendable, Equatable {
  private enum Step: Sendable, Equatable {
    case member(String)
    /// Counts from the end where negative.
    case element(Int)
    case all
    case matching([String], Comparison, Document)
    case having([String])
  }

  private enum Comparison: String, Sendable, CaseIterable {
    case equal = "=="
    case unequal = "!="
  }

  private let steps: [Step]

  /// Longer paths lead nowhere useful. Bounds the cost of each use.
  private static let stepsMax = 64

  /// - Returns: `nil` for what is no such path.
  package init?(_ text: String) {
    var parser = Parser(rest: Substring(text))
    guard let steps = parser.steps(), steps.count <= Self.stepsMax else { return nil }
    self.steps = steps
  }

  /// The names of a path that has nothing but member names; `nil` for others.
  package var names: [String]? {
    var names: [String] = []
    for step in steps {
      guard case .member(let name) = step else { return nil }
      names.append(name)
    }
    return names
  }

  /// Every value that the path leads to. Cost is O(values passed).
  package func values(in document: Document) -> [Document] {
    steps.reduce([document]) { values, step in values.flatMap { Self.take(step, from: $0) } }
  }

  private static func take(_ step: Step, from value: Document) -> [Document] {
    switch step {
    case .member(let name): return value[name].map { [$0] } ?? []
    case .element(let position):
      guard value.isArray else { return [] }
      let count = value.count
      let place = position < 0 ? count + position : position
      return (0..<count).contains(place) ? [value[place]] : []
    case .all: return value.isArray ? Array(value.elements) : value.members.map(\.value)
    case .matching(let names, let comparison, let wanted):
      return value.elements.filter { element in
        guard let found = element.value(at: names) else { return false }
        return (found == wanted) == (comparison == .equal)
      }
    case .having(let names): return value.elements.filter { $0.value(at: names) != nil }
    }
  }

  private struct Parser {
    var rest: Substring

    mutating func steps() -> [Step]? {
      // Braces and the root are allowed around a path, and say nothing.
      if rest.hasPrefix("{"), rest.hasSuffix("}") { rest = rest.dropFirst().dropLast() }
      if rest.hasPrefix("$") { rest = rest.dropFirst() }
      var steps: [Step] = []
      while let first = rest.first {
        rest = rest.dropFirst()
        switch first {
        case "." where rest.first == "[": continue
        case "." where rest.isEmpty && steps.isEmpty: return []
        case ".":
          guard let name = name() else { return nil }
          steps.append(name == "*" ? .all : .member(name))
        case "[":
          guard let step = bracket() else { return nil }
          steps.append(step)
        default: return nil
        }
      }
      return steps
    }

    private mutating func name() -> String? {
      var name = ""
      while let character = rest.first, character != ".", character != "[" {
        rest = rest.dropFirst()
        if character == "\\", let escaped = rest.popFirst() {
          name.append(escaped)
        } else {
          name.append(character)
        }
      }
      return name.isEmpty ? nil : name
    }

    private mutating func bracket() -> Step? {
      if rest.hasPrefix("?(") { return filter() }
      if let quote = rest.first, quote == "'" || quote == "\"" {
        rest = rest.dropFirst()
        guard let end = rest.firstIndex(of: quote) else { return nil }
        let name = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        return take("]") ? .member(name) : nil
      }
      guard let end = rest.firstIndex(of: "]") else { return nil }
      let text = rest[..<end]
      rest = rest[rest.index(after: end)...]
      if text == "*" { return .all }
      return Int(text).map { .element($0) }
    }

    private mutating func take(_ character: Character) -> Bool {
      guard rest.first == character else { return false }
      rest = rest.dropFirst()
      return true
    }

    /// `?(@.type=="Ready")]`
    private mutating func filter() -> Step? {
      guard let end = rest.range(ofLiteral: ")]") else { return nil }
      let body = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
      rest = rest[rest.index(end, offsetBy: 2)...]
      for comparison in Comparison.allCases {
        guard let place = body.range(ofLiteral: comparison.rawValue) else { continue }
        let value = body[body.index(place, offsetBy: 2)...]
        guard let names = Self.names(body[..<place]), let wanted = Self.literal(value) else {
          return nil
        }
        return .matching(names, comparison, wanted)
      }
      return Self.names(body).map { .having($0) }
    }

    private static func names(_ text: Substring) -> [String]? {
      let path = trimmed(text)
      guard path.hasPrefix("@") else { return nil }
      return JSONPath(String(path.dropFirst()))?.names
    }

    private static func literal(_ text: Substring) -> Document? {
      let text = trimmed(text)
      if text.count >= 2, let quote = text.first, quote == "'" || quote == "\"",
        text.last == quote
      {
        return Document(text.dropFirst().dropLast())
      }
      if text == "true" || text == "false" { return Document(text == "true") }
      return Int(text).map { Document($0) } ?? Double(text).map { Document($0) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
      var text = text
      while text.first == " " { text.removeFirst() }
      while text.last == " " { text.removeLast() }
      return text
    }
  }
}

extension Substring {
  /// Where a text first occurs.
  fileprivate func range(ofLiteral text: String) -> Index? {
    indices.first { self[$0...].hasPrefix(text) }
  }
}
