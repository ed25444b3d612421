import Foundations

/// Source: Kubernetes documentation, "CEL", list library; cel-go ext, "Lists".
extension FunctionTable {
  mutating func addLists() {
    let any = CELType.parameter("T")
    for type in [
      CELType.int, .uint, .double, .bool, .string, .bytes, .duration, .timestamp,
    ] {
      member("isSorted", [.list(type)], .bool) { (a, run) throws(EvaluationError) in
        let elements = try a[0].asList()
        for (left, right) in zip(elements, elements.dropFirst())
        where try Self.order(left, right, run) == .greater {
          return .bool(false)
        }
        return .bool(true)
      }
      addExtremes(type)
    }
    for type in [CELType.int, .uint, .double, .duration] {
      member("sum", [.list(type)], type) { (a, run) throws(EvaluationError) in
        let elements = try a[0].asList()
        guard var sum = elements.first else { return Self.zero(type) }
        for element in elements.dropFirst() {
          sum = try run.apply("_+_", isMember: false, [sum, element])
        }
        return sum
      }
    }
    for isLast in [false, true] {
      member(isLast ? "lastIndexOf" : "indexOf", [.list(any), any], .int) {
        (a, run) throws(EvaluationError) in
        let elements = try a[0].asList()
        let positions = isLast ? Array(elements.indices.reversed()) : Array(elements.indices)
        for position in positions where try run.equal(elements[position], a[1]) {
          return .int(position)
        }
        return .int(-1)
      }
    }
  }

  private mutating func addExtremes(_ type: CELType) {
    for (name, wanted) in [("min", ValueOrder.less), ("max", .greater)] {
      member(name, [.list(type)], type) { (a, run) throws(EvaluationError) in
        let elements = try a[0].asList()
        guard var best = elements.first else {
          throw EvaluationError("\(name) called on empty list")
        }
        for element in elements.dropFirst() where try Self.order(element, best, run) == wanted {
          best = element
        }
        return best
      }
    }
  }

  private static func zero(_ type: CELType) -> Value {
    switch type {
    case .uint: .uint(0)
    case .double: .double(0)
    case .duration: .duration(0)
    default: .int(0)
    }
  }

  /// Source: cel-go ext, "Sets".
  mutating func addSets() {
    let list = CELType.list(.parameter("T"))
    global("sets.contains", [list, list], .bool) { (a, run) throws(EvaluationError) in
      .bool(try Self.isContained(try a[1].asList(), in: try a[0].asList(), run))
    }
    global("sets.equivalent", [list, list], .bool) { (a, run) throws(EvaluationError) in
      let (left, right) = (try a[0].asList(), try a[1].asList())
      guard try Self.isContained(left, in: right, run) else { return .bool(false) }
      return .bool(try Self.isContained(right, in: left, run))
    }
    global("sets.intersects", [list, list], .bool) { (a, run) throws(EvaluationError) in
      let right = try a[1].asList()
      for element in try a[0].asList() where try Self.isContained([element], in: right, run) {
        return .bool(true)
      }
      return .bool(false)
    }
  }

  private static func isContained(_ part: [Value], in whole: [Value], _ run: Evaluation)
    throws(EvaluationError) -> Bool
  {
    for element in part {
      var isFound = false
      for other in whole where try run.equal(element, other) {
        isFound = true
        break
      }
      if !isFound { return false }
    }
    return true
  }
}
