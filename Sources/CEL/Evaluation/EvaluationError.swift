/// Why an expression has no value. Worded as cel-go words it, since messages show it.
package struct EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
  package let message: String
  /// Whether the expression was stopped since it costs too much. Such an error ends everything: no
  /// operator takes it in.
  package let isCostExceeded: Bool

  init(_ message: String) {
    self.message = message
    isCostExceeded = false
  }

  private init(costExceeded message: String) {
    self.message = message
    isCostExceeded = true
  }

  package var description: String { message }

  static let costExceeded = EvaluationError(
    costExceeded: "operation cancelled: actual cost limit exceeded")
  static let noSuchOverload = EvaluationError("no such overload")

  static func noSuchKey(_ key: String) -> EvaluationError {
    EvaluationError("no such key: \(key)")
  }
}
