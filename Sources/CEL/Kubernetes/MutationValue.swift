import Resources

/// Reads what the expressions of mutations evaluate to. Pure.
/// Source: Kubernetes documentation, "Mutating Admission Policy"; upstream's messages.
enum MutationValue {
  /// Of `Object{...}`.
  static func configuration(_ value: Value) throws(MutatingPolicy.Failure) -> Document {
    guard case .opaque(let opaque) = value, let object = opaque as? MessageValue,
      object.typeName == "Object"
    else {
      throw failure(
        "unsupported return type from ApplyConfiguration expression: \(value.typeName)")
    }
    try requireInPlace(object)
    guard let document = object.document else {
      throw failure("the ApplyConfiguration holds a value that JSON has not")
    }
    return document
  }

  /// Of `[JSONPatch{...}]`.
  static func patch(_ value: Value) throws(MutatingPolicy.Failure) -> JSONPatch {
    guard let elements = value.elements else {
      throw failure("type mismatch: JSONPatchType.expression should evaluate to array")
    }
    var operations = Document.emptyArray
    for element in elements { operations.append(try operation(element)) }
    do throws(PatchError) {
      return try JSONPatch(operations)
    } catch {
      throw failure("JSON Patch: \(error)")
    }
  }

  private static func operation(_ value: Value) throws(MutatingPolicy.Failure) -> Document {
    guard case .opaque(let opaque) = value, let message = opaque as? MessageValue,
      message.typeName == "JSONPatch"
    else {
      throw failure(
        "type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch, got element "
          + "of \(value.typeName)")
    }
    var operation: Document = ["op": "", "path": ""]
    for member in ["op", "path", "from"] {
      guard let value = message.fields[member] else { continue }
      guard case .string(let text) = value else {
        throw failure("unexpected type \(value.typeName) for JSONPatchType '\(member)' field")
      }
      operation[member] = Document(text)
    }
    if let value = message.fields["value"] {
      if case .opaque(let opaque) = value, let object = opaque as? MessageValue {
        try requireInPlace(object)
      }
      guard let document = value.document else {
        throw failure(
          "JSONPath valueExpression evaluated to a type that could not marshal to JSON: "
            + value.typeName)
      }
      operation["value"] = document
    }
    return operation
  }

  private static func requireInPlace(_ object: MessageValue) throws(MutatingPolicy.Failure) {
    let misplaced = object.misplacedParts
    guard misplaced.isEmpty else {
      throw failure("type mismatch: \(misplaced.joined(separator: "\n"))")
    }
  }

  private static func failure(_ message: String) -> MutatingPolicy.Failure {
    MutatingPolicy.Failure(message: message)
  }
}
