/// Reads an expression by recursive descent.
/// Source: CEL specification, "Syntax".
struct Parser {
  private let tokens: [Lexer.Token]
  private let functions: FunctionTable
  private var position = 0
  private var depth = 0

  /// Nesting that expressions people write stay far below; walks over the tree recurse this deep.
  static let heightMax = 128
  /// The parser needs several frames for each parenthesis.
  private static let depthMax = 64
  /// As upstream: more is refused before it is read.
  static let codePointsMax = 100_000

  init(_ text: String, functions: FunctionTable) throws(CompileFailure) {
    guard text.unicodeScalars.count <= Self.codePointsMax else {
      throw CompileFailure(
        "expression code point size exceeds limit: size: \(text.unicodeScalars.count), "
          + "limit \(Self.codePointsMax)", at: 0)
    }
    var lexer = Lexer(text)
    tokens = try lexer.tokens()
    self.functions = functions
  }

  mutating func parse() throws(CompileFailure) -> Expression {
    let expression = try expression()
    guard token.kind == .end else { throw unexpected("<EOF>") }
    return expression
  }

  mutating func expression() throws(CompileFailure) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthMax else {
      throw CompileFailure(
        "expression recursion limit exceeded: \(Self.depthMax)", at: token.offset)
    }
    let condition = try logical(isAnd: false)
    let offset = token.offset
    guard take("?") else { return condition }
    let yes = try logical(isAnd: false)
    try require(":")
    let no = try expression()
    return try made(.conditional(condition, yes, no), at: offset)
  }

  private mutating func logical(isAnd: Bool) throws(CompileFailure) -> Expression {
    var terms = [isAnd ? try relation() : try logical(isAnd: true)]
    let offset = token.offset
    while take(isAnd ? "&&" : "||") {
      terms.append(isAnd ? try relation() : try logical(isAnd: true))
    }
    return terms.count == 1 ? terms[0] : try made(.logical(isAnd: isAnd, terms), at: offset)
  }

  private static let relations: Set<String> = ["==", "!=", "<", "<=", ">", ">="]

  private mutating func relation() throws(CompileFailure) -> Expression {
    var left = try sum()
    while true {
      let offset = token.offset
      let name: String
      switch token.kind {
      case .symbol(let symbol) where Self.relations.contains(symbol): name = "_\(symbol)_"
      case .identifier("in"): name = "@in"
      default: return left
      }
      position += 1
      left = try made(.call(name, target: nil, [left, try sum()]), at: offset)
    }
  }

  private mutating func sum() throws(CompileFailure) -> Expression {
    try chain(["+", "-"]) { (parser) throws(CompileFailure) in try parser.product() }
  }

  private mutating func product() throws(CompileFailure) -> Expression {
    try chain(["*", "/", "%"]) { (parser) throws(CompileFailure) in try parser.unary() }
  }

  private mutating func chain(
    _ symbols: [String], _ next: (inout Parser) throws(CompileFailure) -> Expression
  ) throws(CompileFailure) -> Expression {
    var left = try next(&self)
    while case .symbol(let symbol) = token.kind, symbols.contains(symbol) {
      let offset = token.offset
      position += 1
      left = try made(.call("_\(symbol)_", target: nil, [left, try next(&self)]), at: offset)
    }
    return left
  }

  private mutating func unary() throws(CompileFailure) -> Expression {
    let offset = token.offset
    for symbol in ["!", "-"] where isAt(symbol) {
      var count = 0
      while take(symbol) { count += 1 }
      if symbol == "-", count % 2 == 1, case .int(let value) = token.kind, value == Int.min {
        position += 1
        return try members(of: Expression(.literal(.int(value)), at: offset))
      }
      if symbol == "-", count == 1 {
        switch token.kind {
        case .int(let value):
          position += 1
          return try members(of: Expression(.literal(.int(-value)), at: offset))
        case .double(let value):
          position += 1
          return try members(of: Expression(.literal(.double(-value)), at: offset))
        default: break
        }
      }
      let operand = try member()
      // An even number of signs cancels out.
      return count % 2 == 0
        ? operand : try made(.call("\(symbol)_", target: nil, [operand]), at: offset)
    }
    return try member()
  }

  // MARK: Members

  private mutating func member() throws(CompileFailure) -> Expression {
    try members(of: try primary())
  }

  private mutating func members(of operand: Expression) throws(CompileFailure) -> Expression {
    var left = operand
    while true {
      let offset = token.offset
      if take(".") {
        let name = try fieldName()
        if isAt("(") {
          let arguments = try arguments()
          left = try memberCall(left, name, arguments, at: offset)
        } else {
          left = try made(.select(left, field: name, .plain), at: offset)
        }
      } else if take(".?") {
        left = try made(.select(left, field: try fieldName(), .optional), at: offset)
      } else if take("[?") {
        let index = try expression()
        try require("]")
        left = try made(.index(left, index, isOptional: true), at: offset)
      } else if take("[") {
        let index = try expression()
        try require("]")
        left = try made(.index(left, index, isOptional: false), at: offset)
      } else if isAt("{"), let name = Self.messageName(left) {
        left = try message(name, at: left.offset)
      } else {
        return left
      }
    }
  }

  /// A function of a namespace (`math.greatest`) looks like a member's.
  private func memberCall(
    _ target: Expression, _ name: String, _ arguments: [Expression], at offset: Int
  ) throws(CompileFailure) -> Expression {
    if let macro = try expanded(name, target, arguments, at: offset) { return macro }
    if case .identifier(let namespace) = target.kind,
      functions.hasGlobal("\(namespace).\(name)")
    {
      return try made(.call("\(namespace).\(name)", target: nil, arguments), at: offset)
    }
    return try made(.call(name, target: target, arguments), at: offset)
  }

  private mutating func fieldName() throws(CompileFailure) -> String {
    switch token.kind {
    case .identifier(let name), .quotedIdentifier(let name):
      position += 1
      return name
    default: throw unexpected("IDENTIFIER")
    }
  }

  private mutating func arguments() throws(CompileFailure) -> [Expression] {
    try require("(")
    var arguments: [Expression] = []
    while !isAt(")") {
      arguments.append(try expression())
      if !take(",") { break }
    }
    try require(")")
    return arguments
  }

  // MARK: Primaries

  private static let reserved: Set<String> = [
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
    "package", "namespace", "return", "var", "void", "while", "in",
  ]

  private mutating func primary() throws(CompileFailure) -> Expression {
    let start = token
    position += 1
    switch start.kind {
    case .int(let value):
      guard value >= 0 else {
        throw CompileFailure("Syntax error: invalid int literal", at: start.offset)
      }
      return Expression(.literal(.int(value)), at: start.offset)
    case .uint(let value): return Expression(.literal(.uint(value)), at: start.offset)
    case .double(let value): return Expression(.literal(.double(value)), at: start.offset)
    case .string(let value): return Expression(.literal(.string(value)), at: start.offset)
    case .bytes(let value): return Expression(.literal(.bytes(value)), at: start.offset)
    case .identifier("true"): return Expression(.literal(.bool(true)), at: start.offset)
    case .identifier("false"): return Expression(.literal(.bool(false)), at: start.offset)
    case .identifier("null"): return Expression(.literal(.null), at: start.offset)
    case .identifier(let name):
      guard !Self.reserved.contains(name) else {
        throw CompileFailure("Syntax error: reserved identifier: \(name)", at: start.offset)
      }
      guard isAt("(") else { return Expression(.identifier(name), at: start.offset) }
      let offset = token.offset
      let arguments = try arguments()
      if let macro = try expanded(name, nil, arguments, at: offset) { return macro }
      return try made(.call(name, target: nil, arguments), at: offset)
    case .symbol("."):
      // A leading dot names from the root; every name here does.
      return Expression(.identifier(try fieldName()), at: start.offset)
    case .symbol("("):
      let inner = try expression()
      try require(")")
      return inner
    case .symbol("["): return try list(at: start.offset, startsOptional: false)
    case .symbol("[?"): return try list(at: start.offset, startsOptional: true)
    case .symbol("{"): return try map(at: start.offset)
    default:
      position -= 1
      throw unexpected(
        "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, "
          + "STRING, BYTES, IDENTIFIER}")
    }
  }

  private mutating func list(at offset: Int, startsOptional: Bool) throws(CompileFailure)
    -> Expression
  {
    var items: [Expression.ListItem] = []
    var isOptional = startsOptional
    while startsOptional && items.isEmpty || !isAt("]") {
      if !(startsOptional && items.isEmpty) { isOptional = take("?") }
      items.append(Expression.ListItem(value: try expression(), isOptional: isOptional))
      if !take(",") { break }
    }
    try require("]")
    return try made(.list(items), at: offset)
  }

  private mutating func map(at offset: Int) throws(CompileFailure) -> Expression {
    var items: [Expression.MapItem] = []
    while !isAt("}") {
      let isOptional = take("?")
      let key = try expression()
      try require(":")
      items.append(Expression.MapItem(key: key, value: try expression(), isOptional: isOptional))
      if !take(",") { break }
    }
    try require("}")
    return try made(.map(items), at: offset)
  }

  private mutating func message(_ name: String, at offset: Int) throws(CompileFailure)
    -> Expression
  {
    try require("{")
    var fields: [Expression.MessageField] = []
    while !isAt("}") {
      let isOptional = take("?")
      let fieldOffset = token.offset
      let field = try fieldName()
      try require(":")
      fields.append(
        Expression.MessageField(
          name: field, value: try expression(), isOptional: isOptional, offset: fieldOffset))
      if !take(",") { break }
    }
    try require("}")
    return try made(.message(name, fields), at: offset)
  }

  /// `Object.spec` of `Object.spec{...}`.
  private static func messageName(_ expression: Expression) -> String? {
    switch expression.kind {
    case .identifier(let name): name
    case .select(let operand, let field, .plain): messageName(operand).map { "\($0).\(field)" }
    default: nil
    }
  }

  // MARK: Tokens

  var token: Lexer.Token { tokens[position] }

  func isAt(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

  mutating func take(_ symbol: String) -> Bool {
    guard isAt(symbol) else { return false }
    position += 1
    return true
  }

  private mutating func require(_ symbol: String) throws(CompileFailure) {
    guard take(symbol) else { throw unexpected("'\(symbol)'") }
  }

  func made(_ kind: Expression.Kind, at offset: Int) throws(CompileFailure) -> Expression {
    let expression = Expression(kind, at: offset)
    guard expression.height <= Self.heightMax else {
      throw CompileFailure("max recursion depth exceeded", at: offset)
    }
    return expression
  }

  private func unexpected(_ expected: String) -> CompileFailure {
    let found =
      switch token.kind {
      case .end: "<EOF>"
      case .identifier(let name), .quotedIdentifier(let name): name
      case .symbol(let symbol): symbol
      case .int(let value): "\(value)"
      case .uint(let value): "\(value)u"
      case .double(let value): "\(value)"
      case .string(let value): "'\(value)'"
      case .bytes: "bytes"
      }
    return CompileFailure(
      "Syntax error: mismatched input '\(found)' expecting \(expected)", at: token.offset)
  }
}
