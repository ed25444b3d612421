/// Which labels an object must have. Source: Kubernetes documentation, "Labels and Selectors".
package struct LabelSelector: Hashable, Sendable, CustomStringConvertible {
  package struct Requirement: Hashable, Sendable {
    package enum Operator: String, Sendable {
      case `in`, notIn, exists, doesNotExist, greaterThan, lessThan
    }
    package let key: String
    package let `operator`: Operator
    /// Sorted; empty for `exists` and `doesNotExist`.
    package let values: [String]

    package init(key: String, `operator`: Operator, values: [String] = []) {
      self.key = key
      self.`operator` = `operator`
      self.values = values.sorted()
    }

    package func matches(_ labels: [String: String]) -> Bool { matches(labels[key]) }

    /// - Parameter found: the value of the label `key`; `nil` where the object has none.
    package func matches(_ found: String?) -> Bool {
      switch `operator` {
      case .in: return found.map(values.contains) ?? false
      case .notIn: return found.map { !values.contains($0) } ?? true
      case .exists: return found != nil
      case .doesNotExist: return found == nil
      case .greaterThan, .lessThan:
        guard let found, let number = Int(found), let bound = values.first.flatMap({ Int($0) })
        else { return false }
        return `operator` == .greaterThan ? number > bound : number < bound
      }
    }
  }

  package var requirements: [Requirement]

  /// Matches everything.
  package static let everything = LabelSelector(requirements: [])

  package init(requirements: [Requirement]) { self.requirements = requirements }

  package init(labels: [String: String]) {
    requirements = labels.keys.sorted().map { key in
      Requirement(key: key, operator: .in, values: [labels[key] ?? ""])
    }
  }

  package var isEmpty: Bool { requirements.isEmpty }

  package func matches(_ labels: [String: String]) -> Bool { matches { labels[$0] } }

  /// Reads only the labels that it names, where a dictionary of all of them would cost more.
  package func matches(valueOf value: (String) -> String?) -> Bool {
    requirements.allSatisfy { $0.matches(value($0.key)) }
  }

  package var description: String {
    requirements.map { requirement in
      let list = requirement.values.joined(separator: ",")
      switch requirement.operator {
      case .in:
        return requirement.values.count == 1
          ? "\(requirement.key)=\(list)" : "\(requirement.key) in (\(list))"
      case .notIn:
        return requirement.values.count == 1
          ? "\(requirement.key)!=\(list)" : "\(requirement.key) notin (\(list))"
      case .exists: return requirement.key
      case .doesNotExist: return "!\(requirement.key)"
      case .greaterThan: return "\(requirement.key)>\(list)"
      case .lessThan: return "\(requirement.key)<\(list)"
      }
    }.joined(separator: ",")
  }
}

// MARK: Reading

extension LabelSelector {
  package struct ParsingError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
    package init(description: String) { self.description = description }
  }

  /// Reads `a=b,c!=d,e in (x,y),f notin (z),g,!h,i>1`.
  package init(parsing text: String) throws(ParsingError) {
    var parser = SelectorParser(text)
    requirements = try parser.requirements()
  }
}

private struct SelectorParser {
  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  mutating func requirements() throws(LabelSelector.ParsingError) -> [LabelSelector.Requirement] {
    var found: [LabelSelector.Requirement] = []
    skipSpace()
    while !rest.isEmpty {
      found.append(try requirement())
      skipSpace()
      if rest.isEmpty { break }
      guard rest.first == "," else {
        throw fail("found '\(rest.prefix(20))', expected: ',' or 'end of string'")
      }
      rest.removeFirst()
      skipSpace()
      if rest.isEmpty { throw fail("found '', expected: identifier after ','") }
    }
    return found
  }

  private mutating func requirement() throws(LabelSelector.ParsingError)
    -> LabelSelector.Requirement
  {
    if take("!") {
      return LabelSelector.Requirement(key: try key(), operator: .doesNotExist)
    }
    let key = try key()
    if rest.isEmpty || rest.first == "," {
      return LabelSelector.Requirement(key: key, operator: .exists)
    }
    if take("==") || take("=") {
      return LabelSelector.Requirement(key: key, operator: .in, values: [try value()])
    }
    if take("!=") {
      return LabelSelector.Requirement(key: key, operator: .notIn, values: [try value()])
    }
    if take(">") { return try comparison(key, .greaterThan) }
    if take("<") { return try comparison(key, .lessThan) }
    switch word() {
    case "in": return LabelSelector.Requirement(key: key, operator: .in, values: try list())
    case "notin": return LabelSelector.Requirement(key: key, operator: .notIn, values: try list())
    case let other:
      throw fail(
        "found '\(other.isEmpty ? String(rest.prefix(20)) : other)', expected: in, notin, =, ==, !=, gt, lt"
      )
    }
  }

  private mutating func comparison(_ key: String, _ kind: LabelSelector.Requirement.Operator)
    throws(LabelSelector.ParsingError) -> LabelSelector.Requirement
  {
    let bound = try value()
    guard Int(bound) != nil else {
      throw fail(
        "values[0][\(key)]: Invalid value: \"\(bound)\": for 'Gt', 'Lt' operators, the value must be an integer"
      )
    }
    return LabelSelector.Requirement(key: key, operator: kind, values: [bound])
  }

  private mutating func key() throws(LabelSelector.ParsingError) -> String {
    skipSpace()
    let key = word()
    guard !key.isEmpty else {
      throw fail("found '\(rest.prefix(20))', expected: !, identifier, or 'end of string'")
    }
    let problems = ObjectName.problems(qualifiedName: key)
    guard problems.isEmpty else {
      throw fail("key: Invalid value: \"\(key)\": \(problems.joined(separator: "; "))")
    }
    skipSpace()
    return key
  }

  private mutating func value() throws(LabelSelector.ParsingError) -> String {
    skipSpace()
    return try checked(word())
  }

  private func checked(_ value: String) throws(LabelSelector.ParsingError) -> String {
    let problems = ObjectName.problems(labelValue: value)
    guard problems.isEmpty else {
      throw fail("values[0]: Invalid value: \"\(value)\": \(problems.joined(separator: "; "))")
    }
    return value
  }

  private mutating func list() throws(LabelSelector.ParsingError) -> [String] {
    skipSpace()
    guard take("(") else { throw fail("found '\(rest.prefix(20))', expected: '('") }
    var values: [String] = []
    while true {
      values.append(try value())
      skipSpace()
      if take(")") { return values }
      guard take(",") else { throw fail("found '\(rest.prefix(20))', expected: ',' or ')'") }
    }
  }

  private mutating func word() -> String {
    let run = rest.prefix { !" \t=!(),<>".contains($0) }
    rest = rest.dropFirst(run.count)
    return String(run)
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }

  private mutating func skipSpace() { rest = rest.drop { $0 == " " || $0 == "\t" } }

  private func fail(_ message: String) -> LabelSelector.ParsingError {
    LabelSelector.ParsingError(description: message)
  }
}
