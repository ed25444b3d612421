import Foundations

/// Source: CEL specification, `matches`; Kubernetes documentation, "CEL", regex library.
extension FunctionTable {
  mutating func addRegularExpressions() {
    let matches: Overload.Body = { (a, run) throws(EvaluationError) in
      let text = try a[0].asString()
      let expression = try Self.expression(try a[1].asString(), "", for: text, run)
      return .bool(expression.matches(text))
    }
    member("matches", [.string, .string], .bool, matches)
    global("matches", [.string, .string], .bool, matches)
    member("find", [.string, .string], .string) { (a, run) throws(EvaluationError) in
      let text = try a[0].asString()
      let expression = try Self.expression(try a[1].asString(), "Illegal regex: ", for: text, run)
      let scalars = text.unicodeScalars.map(\.value)
      return .string(expression.firstMatch(in: scalars).map { Self.text(scalars[$0]) } ?? "")
    }
    let findAll: Overload.Body = { (a, run) throws(EvaluationError) in
      let text = try a[0].asString()
      let expression = try Self.expression(try a[1].asString(), "Illegal regex: ", for: text, run)
      let limit = a.count == 3 ? try a[2].asInt() : -1
      let scalars = text.unicodeScalars.map(\.value)
      var found: [Value] = []
      var position = 0
      var lastEnd = -1
      while position <= scalars.count, limit < 0 || found.count < limit {
        // Each search may look at all that is left.
        try run.charge(tenths: expression.instructionCount)
        guard let match = expression.firstMatch(in: scalars, from: position) else { break }
        try run.charge(
          tenths: (match.upperBound - position) * (1 + expression.instructionCount / 10))
        // An empty match right behind another one is part of it.
        if !(match.isEmpty && match.lowerBound == lastEnd) {
          found.append(.string(Self.text(scalars[match])))
        }
        lastEnd = match.upperBound
        position = match.isEmpty ? match.upperBound + 1 : match.upperBound
      }
      return .list(found)
    }
    member("findAll", [.string, .string], .list(.string), findAll)
    member("findAll", [.string, .string, .int], .list(.string), findAll)
  }

  /// - Parameter prefix: of the error for a malformed expression.
  private static func expression(
    _ pattern: String, _ prefix: String, for text: String, _ run: Evaluation
  ) throws(EvaluationError) -> RegularExpression {
    try run.charge(tenths: pattern.utf8.count)
    let expression: RegularExpression
    do throws(RegularExpressionError) {
      expression = try RegularExpression(pattern)
    } catch {
      throw EvaluationError("\(prefix)\(error)")
    }
    // A short pattern may stand for many instructions: what they can cost is paid for.
    let perScalar = max(1 + pattern.utf8.count / 40, expression.instructionCount / 40)
    try run.charge(
      tenths: (text.utf8.count + 1).multipliedReportingOverflow(by: perScalar).partialValue)
    try run.charge(tenths: expression.instructionCount)
    return expression
  }

  private static func text(_ scalars: ArraySlice<UInt32>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars.compactMap { Unicode.Scalar($0) })
    return String(text)
  }
}
