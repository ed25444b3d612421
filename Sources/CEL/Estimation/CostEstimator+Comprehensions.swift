/// What macros over lists and maps cost.
extension CostEstimator {
  mutating func comprehension(_ comprehension: Comprehension) -> Estimate {
    let range = estimate(comprehension.range)
    let rangeType = checker.type(of: comprehension.range)
    let parts = with(variables(comprehension, range, rangeType)) { inner in
      (
        condition: comprehension.condition.map { inner.estimate($0).cost } ?? 0,
        transform: comprehension.transform.map { inner.estimate($0) }
      )
    }
    let condition = parts.condition
    let transform = parts.transform?.cost ?? 0
    let count = size(of: range, comprehension.range)
    /// What a macro unfolds to in cel-go: before the loop, in each turn, and after it.
    let (start, turn, end): (UInt64, UInt64, UInt64)
    switch comprehension.kind {
    case .all: (start, turn, end) = (0, condition.saturatedAdding(3), 1)
    case .exists: (start, turn, end) = (0, condition.saturatedAdding(4), 1)
    case .existsOne: (start, turn, end) = (0, condition.saturatedAdding(2), 2)
    case .filter: (start, turn, end) = (Self.listCost, condition.saturatedAdding(13), 1)
    case .list:
      let step = condition.saturatedAdding(transform).saturatedAdding(12)
      (start, turn, end) = (Self.listCost, step, 1)
    case .map:
      let step = condition.saturatedAdding(transform).saturatedAdding(3)
      (start, turn, end) = (Self.mapCost, step, 1)
    case .mapEntries:
      let step = condition.saturatedAdding(transform).saturatedAdding(2)
      (start, turn, end) = (Self.mapCost, step, 1)
    case .optionalMap, .optionalFlatMap:
      // A test, the value bound to its name, and the optional that is made of the result.
      let cost = range.cost.saturatedTimes(2 as UInt64).saturatedAdding(transform)
      return Estimate(cost: cost.saturatedAdding(Self.listCost + 3))
    }
    let loop = count.max.saturatedTimes(turn)
    let cost = range.cost.saturatedAdding(start).saturatedAdding(loop).saturatedAdding(end)
    let makesOne = [.all, .exists, .existsOne].contains(comprehension.kind)
    return Estimate(cost: cost, size: makesOne ? SizeEstimate(exactly: 1) : count)
  }

  private func variables(_ comprehension: Comprehension, _ range: Estimate, _ type: CELType)
    -> [(name: String, type: CELType, estimate: Estimate)]
  {
    func variable(_ name: String, _ type: CELType, _ place: Place?)
      -> (name: String, type: CELType, estimate: Estimate)
    {
      (name, type, Estimate(cost: 0, place: place))
    }
    let value = element(of: range.place)
    switch type {
    case .optional(let inner): return [variable(comprehension.variable, inner, range.place)]
    case .map(let keyType, let valueType):
      let key = variable(comprehension.variable, keyType, .key)
      return [key] + (comprehension.secondVariable.map { [variable($0, valueType, value)] } ?? [])
    case .object:
      let key = variable(comprehension.variable, .string, .key)
      return [key] + (comprehension.secondVariable.map { [variable($0, .dyn, nil)] } ?? [])
    default:
      var elementType = CELType.dyn
      if case .list(let inner) = type { elementType = inner }
      guard let second = comprehension.secondVariable else {
        return [variable(comprehension.variable, elementType, value)]
      }
      return [
        variable(comprehension.variable, .int, .index), variable(second, elementType, value),
      ]
    }
  }
}
