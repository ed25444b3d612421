/// One way to call a function.
struct Overload: Sendable {
  typealias Body = @Sendable ([Value], Evaluation) throws(EvaluationError) -> Value

  /// A member's target first.
  let parameters: [CELType]
  let result: CELType
  let body: Body

  func admits(_ values: [Value]) -> Bool {
    guard parameters.count == values.count else { return false }
    for (parameter, value) in zip(parameters, values) where !parameter.admits(value) {
      return false
    }
    return true
  }
}

/// The functions that expressions may call, by name.
struct FunctionTable: Sendable {
  private var globals: [String: [Overload]] = [:]
  private var members: [String: [Overload]] = [:]
  /// Objects that expressions may build, by the first part of their name.
  private var messages: [String: Message] = [:]

  /// An object that expressions may build.
  struct Message: Sendable {
    /// With their types; `nil` where it may have any.
    let fields: [String: CELType]?
    /// Whether its parts have names of their own, by the way to them: `Object.spec`.
    let hasParts: Bool
  }

  /// - Parameter name: `Object.spec.template`.
  func message(_ name: String) -> Message? {
    let root = name.prefix { $0 != "." }
    guard let message = messages[String(root)] else { return nil }
    return message.hasParts || root.count == name.count ? message : nil
  }

  func hasGlobal(_ name: String) -> Bool { globals[name] != nil }

  func overloads(_ name: String, isMember: Bool) -> [Overload] {
    (isMember ? members[name] : globals[name]) ?? []
  }

  mutating func global(
    _ name: String, _ parameters: [CELType], _ result: CELType, _ body: @escaping Overload.Body
  ) {
    globals[name, default: []].append(
      Overload(parameters: parameters, result: result, body: body))
  }

  /// - Parameter parameters: the target's type first.
  mutating func member(
    _ name: String, _ parameters: [CELType], _ result: CELType, _ body: @escaping Overload.Body
  ) {
    members[name, default: []].append(
      Overload(parameters: parameters, result: result, body: body))
  }

  /// All that Kubernetes offers to expressions.
  static let kubernetes: FunctionTable = {
    var table = FunctionTable()
    table.addArithmetic()
    table.addComparisons()
    table.addConversions()
    table.addTimes()
    table.addStrings()
    table.addFormatting()
    table.addRegularExpressions()
    table.addLists()
    table.addSets()
    table.addMath()
    table.addOptionals()
    table.addQuantities()
    table.addAddresses()
    table.addURLs()
    table.addVersions()
    table.addNamedFormats()
    table.addAuthorizer()
    table.addJSONPatch()
    return table
  }()

  /// With the objects that mutating policies build.
  static let mutating: FunctionTable = {
    var table = FunctionTable.kubernetes
    table.messages["Object"] = Message(fields: nil, hasParts: true)
    table.messages["JSONPatch"] = Message(
      fields: ["op": .string, "path": .string, "from": .string, "value": .dyn], hasParts: false)
    return table
  }()
}

/// What a function was called with. The table has seen to the types: a mismatch is an overload
/// declared wrongly.
extension Value {
  func asString() throws(EvaluationError) -> String {
    guard case .string(let value) = self else { throw .noSuchOverload }
    return value
  }
  func asInt() throws(EvaluationError) -> Int {
    guard case .int(let value) = self else { throw .noSuchOverload }
    return value
  }
  func asList() throws(EvaluationError) -> [Value] {
    guard let elements else { throw .noSuchOverload }
    return elements
  }
  func asOpaque<Wanted: OpaqueValue>(_ type: Wanted.Type) throws(EvaluationError) -> Wanted {
    guard case .opaque(let value) = self, let wanted = value as? Wanted else {
      throw .noSuchOverload
    }
    return wanted
  }
}
