/// What evaluating a rule may cost at most, told from its expression and from the schema alone, in the
/// units of `CostBudget`. Pure.
///
/// It decides which rules may be written, so that its numbers are upstream's, the odd ones included.
/// Source: cel-go `checker/cost.go`; apiserver `pkg/cel/library/cost.go`.
struct CostEstimator {
  /// Where in the object a value stands.
  indirect enum Place {
    case shape(ValueShape)
    /// Of a map.
    case key
    /// Of a list.
    case index
  }

  /// What is known of one expression.
  struct Estimate {
    var cost: UInt64
    /// Where it is known without a look at its place or type.
    var size: SizeEstimate?
    var place: Place?
  }

  /// What `self` is.
  let root: ValueShape
  var checker: Checker
  private var locals: [(name: String, estimate: Estimate)] = []

  /// Source: cel-go `common/cost.go`.
  static let traversalFactor = 0.1
  static let regularExpressionFactor = 0.25
  static let listCost: UInt64 = 10
  static let mapCost: UInt64 = 30
  private static let messageCost: UInt64 = 40

  init(root: ValueShape, _ environment: Environment) {
    self.root = root
    checker = Checker(variables: environment.variables, functions: environment.functions)
  }

  /// Expressions that compiled only.
  mutating func cost(of program: Program) -> UInt64 { estimate(program.expression).cost }

  mutating func type(of expression: Expression) -> CELType { checker.type(of: expression) }

  mutating func estimate(_ expression: Expression) -> Estimate {
    switch expression.kind {
    case .literal(let value): return Estimate(cost: 0, size: Self.size(of: value))
    case .identifier(let name):
      if let local = locals.last(where: { $0.name == name })?.estimate {
        return Estimate(cost: 1, size: local.size, place: local.place)
      }
      return Estimate(cost: 1, place: .shape(root))
    case .select(let operand, let field, let mode):
      let base = estimate(operand)
      // What is asked for with `has` costs nothing.
      let own: UInt64 = mode == .test ? 0 : 1
      return Estimate(cost: base.cost.saturatedAdding(own), place: member(field, of: base.place))
    case .index(let operand, let index, _):
      let base = estimate(operand)
      let cost = base.cost.saturatedAdding(estimate(index).cost).saturatedAdding(1)
      return Estimate(cost: cost, place: element(of: base.place))
    case .call(let name, let target, let arguments):
      return call(name, target, arguments, expression)
    case .logical(_, let terms):
      return Estimate(cost: sum(terms.map { estimate($0).cost }), size: SizeEstimate(exactly: 1))
    case .conditional(let condition, let yes, let no):
      let (first, second) = (estimate(yes), estimate(no))
      let sizes = (size(of: first, yes), size(of: second, no))
      return Estimate(
        cost: estimate(condition).cost.saturatedAdding(max(first.cost, second.cost)),
        size: sizes.0.union(sizes.1))
    case .list(let items):
      return Estimate(
        cost: sum(items.map { estimate($0.value).cost }).saturatedAdding(Self.listCost),
        size: SizeEstimate(exactly: items.count))
    case .map(let items):
      let costs = items.flatMap { [estimate($0.key).cost, estimate($0.value).cost] }
      return Estimate(
        cost: sum(costs).saturatedAdding(Self.mapCost), size: SizeEstimate(exactly: items.count))
    case .message(_, let fields):
      return Estimate(
        cost: sum(fields.map { estimate($0.value).cost }).saturatedAdding(Self.messageCost))
    case .comprehension(let comprehension): return self.comprehension(comprehension)
    case .binding(let name, let value, let body):
      let bound = estimate(value)
      let known = Estimate(cost: 0, size: knownSize(of: bound, value), place: bound.place)
      let inner = with([(name, checker.type(of: value), known)]) { $0.estimate(body) }
      return Estimate(
        cost: bound.cost.saturatedAdding(inner.cost).saturatedAdding(Self.listCost),
        size: inner.size, place: inner.place)
    }
  }

  /// Looks at what may name more than the whole expression does.
  mutating func with<Result>(
    _ added: [(name: String, type: CELType, estimate: Estimate)],
    _ body: (inout CostEstimator) -> Result
  ) -> Result {
    locals += added.map { ($0.name, $0.estimate) }
    checker.locals += added.map { ($0.name, $0.type) }
    defer {
      locals.removeLast(added.count)
      checker.locals.removeLast(added.count)
    }
    return body(&self)
  }

  private func sum(_ costs: [UInt64]) -> UInt64 { costs.reduce(0) { $0.saturatedAdding($1) } }

  // MARK: Places

  /// Upstream takes what stands nowhere in the object to be at its root.
  private func member(_ field: String, of place: Place?) -> Place? {
    guard let place else { return .shape(root) }
    guard case .shape(let shape) = place else { return nil }
    if let value = shape.mapValue { return .shape(value) }
    return shape.visibleMember(field).map { .shape($0) }
  }

  func element(of place: Place?) -> Place? {
    guard let place else { return .shape(root) }
    guard case .shape(let shape) = place else { return nil }
    return (shape.element ?? shape.mapValue).map { .shape($0) }
  }

  // MARK: Sizes

  /// `nil` where nothing bounds it.
  mutating func knownSize(of estimate: Estimate, _ expression: Expression) -> SizeEstimate? {
    if let size = estimate.size { return size }
    switch estimate.place {
    case .shape(let shape): return SizeEstimate(min: 0, max: UInt64(shape.sizeMax))
    case .key: return SizeEstimate(exactly: 0)
    case .index: return SizeEstimate(exactly: 1)
    case nil: break
    }
    return checker.type(of: expression).isScalar ? SizeEstimate(exactly: 1) : nil
  }

  mutating func size(of estimate: Estimate, _ expression: Expression) -> SizeEstimate {
    knownSize(of: estimate, expression) ?? .unknown
  }

  /// The elements of a list.
  func elementSize(of list: Estimate) -> SizeEstimate {
    guard case .shape(let shape)? = element(of: list.place) else { return .unknown }
    return SizeEstimate(min: 0, max: UInt64(shape.sizeMax))
  }

  private static func size(of value: Value) -> SizeEstimate? {
    switch value {
    case .string(let text): SizeEstimate(exactly: text.unicodeScalars.count)
    case .bytes(let bytes): SizeEstimate(exactly: bytes.count)
    case .bool, .int, .uint, .double, .null, .timestamp, .duration: SizeEstimate(exactly: 1)
    default: nil
    }
  }
}

extension CELType {
  /// Whether all values are of one size. Texts are not, nor is what is not known.
  var isScalar: Bool {
    switch self {
    case .bool, .int, .uint, .double, .timestamp, .duration: true
    case .optional(let value): value.isScalar
    default: false
    }
  }

  /// Whether values of the type may be texts or bytes.
  var mayBeText: Bool {
    switch self {
    case .string, .bytes, .dyn, .parameter: true
    default: false
    }
  }
}
