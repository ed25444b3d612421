/// A parsed expression. Its height is bounded by the parser, so that walks over it may recurse.
package struct Expression: Sendable {
  package let kind: Kind
  /// Where it stands in its source, in Unicode scalars; for operators, where the operator stands.
  package let offset: Int
  /// How deep expressions stand in it; 1 for a literal.
  let height: Int

  package indirect enum Kind: Sendable {
    case literal(Value)
    case identifier(String)
    case select(Expression, field: String, SelectMode)
    case index(Expression, Expression, isOptional: Bool)
    /// Operators are functions with names of their own: `_+_`, `!_`, `_[_]`.
    case call(String, target: Expression?, [Expression])
    /// Terms of `&&` or of `||`, which take errors of others in where one decides.
    case logical(isAnd: Bool, [Expression])
    case conditional(Expression, Expression, Expression)
    case list([ListItem])
    case map([MapItem])
    /// `Object.spec{replicas: 3}`.
    case message(String, [MessageField])
    case comprehension(Comprehension)
    /// `cel.bind(name, value, body)`.
    case binding(String, Expression, Expression)
  }

  package enum SelectMode: Sendable {
    case plain
    /// `has(a.b)`.
    case test
    /// `a.?b`.
    case optional
  }

  package struct ListItem: Sendable {
    let value: Expression
    let isOptional: Bool
  }

  package struct MapItem: Sendable {
    let key: Expression
    let value: Expression
    let isOptional: Bool
  }

  package struct MessageField: Sendable {
    let name: String
    let value: Expression
    let isOptional: Bool
    let offset: Int
  }

  init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
    self.height = 1 + Self.height(under: kind)
  }

  private static func height(under kind: Kind) -> Int {
    switch kind {
    case .literal, .identifier: 0
    case .select(let operand, _, _): operand.height
    case .index(let operand, let index, _): max(operand.height, index.height)
    case .call(_, let target, let arguments):
      arguments.reduce(target?.height ?? 0) { max($0, $1.height) }
    case .logical(_, let terms): terms.reduce(0) { max($0, $1.height) }
    case .conditional(let condition, let yes, let no):
      max(condition.height, yes.height, no.height)
    case .list(let items): items.reduce(0) { max($0, $1.value.height) }
    case .map(let items): items.reduce(0) { max($0, $1.key.height, $1.value.height) }
    case .message(_, let fields): fields.reduce(0) { max($0, $1.value.height) }
    case .comprehension(let comprehension):
      max(
        comprehension.range.height, comprehension.condition?.height ?? 0,
        comprehension.transform?.height ?? 0)
    case .binding(_, let value, let body): max(value.height, body.height)
    }
  }
}

/// A macro that runs over a list or a map.
package struct Comprehension: Sendable {
  enum Kind: Sendable {
    case all, exists, existsOne
    /// `map` and `transformList`: a list of `transform` where `condition` holds.
    case list
    /// `filter`: a list of the elements where `condition` holds.
    case filter
    /// `transformMap`: `transform` by the range's keys.
    case map
    /// `transformMapEntry`: `transform` is a map of new entries.
    case mapEntries
    /// `optMap`: an optional of `transform` where the range holds a value.
    case optionalMap
    /// `optFlatMap`: `transform` is an optional itself.
    case optionalFlatMap
  }

  let kind: Kind
  let range: Expression
  /// The element; with a second variable, the index or key.
  let variable: String
  let secondVariable: String?
  let condition: Expression?
  let transform: Expression?
}
