import Resources
import Synchronization

/// The `variables` of a policy: each is evaluated when an expression first names it, and kept for
/// all others about the same request.
final class PolicyVariables: OpaqueValue {
  typealias Programs = [String: Result<Program, CompileError>]

  private let programs: Programs
  private let bindings: [String: Value]
  private let known = Mutex<[String: Result<Value, EvaluationError>]>([:])

  init(_ programs: Programs, _ bindings: [String: Value]) {
    self.programs = programs
    self.bindings = bindings
  }

  var typeName: String { "kubernetes.variables" }

  func field(_ name: String, _ evaluation: Evaluation) throws(EvaluationError) -> Value? {
    if let known = known.withLock({ $0[name] }) { return try known.get() }
    guard let program = programs[name] else { return nil }
    // A variable sees those before it (see `compile`), but one of its own name may stand for it.
    known.withLock { $0[name] = .failure(Self.selfReference(of: name)) }
    var variables = bindings
    variables["variables"] = .opaque(self)
    let result: Result<Value, EvaluationError>
    do throws(EvaluationError) {
      switch program {
      case .success(let program):
        result = .success(try program.evaluate(variables, within: evaluation))
      case .failure(let error):
        throw EvaluationError("composited variable \"\(name)\" fails to compile: \(error)")
      }
    } catch {
      if error.isCostExceeded {
        known.withLock { $0[name] = nil }
        throw error
      }
      result = .failure(
        EvaluationError("composited variable \"\(name)\" fails to evaluate: \(error)"))
    }
    known.withLock { $0[name] = result }
    return try result.get()
  }

  private static func selfReference(of name: String) -> EvaluationError {
    EvaluationError("composited variable \"\(name)\" refers to itself")
  }

  /// Whether a variable says nothing, and is none.
  static func isBlank(_ variable: Document) -> Bool {
    let expression = variable["expression"]?.string ?? ""
    return expression.unicodeScalars.allSatisfy(\.properties.isWhitespace)
  }

  /// Compiles a policy's variables in order: each may name those before it, and of two of one name
  /// the later stands.
  /// - Parameter environment: makes the environment in which variables of these types are known.
  static func compile(
    _ list: Document?, _ environment: (_ known: [String: CELType]) -> Environment
  ) -> (programs: Programs, types: [String: CELType]) {
    var programs: Programs = [:]
    var types: [String: CELType] = [:]
    for variable in (list ?? .emptyArray).elements where !isBlank(variable) {
      let name = variable["name"]?.string ?? ""
      do throws(CompileError) {
        let program = try environment(types).compile(variable["expression"]?.string ?? "")
        programs[name] = .success(program)
        types[name] = program.resultType
      } catch {
        programs[name] = .failure(error)
        types[name] = .dyn
      }
    }
    return (programs, types)
  }
}
