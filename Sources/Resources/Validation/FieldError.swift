/// What is wrong with one field of an object: a cause of a 422 answer.
///
/// Worded as upstream words it, since people and tools read it.
/// Source: apimachinery util/validation/field `Error`.
package struct FieldError: Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Hashable, Sendable {
    case required
    /// An empty value is not shown.
    case invalid(value: String)
    /// Of another type than the schema's.
    case typeInvalid(value: String)
    case notSupported(value: String)
    case forbidden
    /// An empty value is not shown.
    case duplicate(value: String)
    case notFound(value: String)
    case tooLong(byteCountMax: Int)
    case tooMany(count: Int, max: Int)
    /// What the rule looks at cannot be looked at.
    case internalError
  }

  /// `spec.containers[0].image`.
  package var field: String
  package var problem: Problem
  /// What would be right; empty where the problem says it all.
  package var detail: String

  package init(_ field: String, _ problem: Problem, _ detail: String = "") {
    self.field = field
    self.problem = problem
    self.detail = detail
  }

  package static func required(_ field: String, _ detail: String = "") -> FieldError {
    FieldError(field, .required, detail)
  }

  /// - Parameter value: what the field holds; texts are quoted.
  package static func invalid(_ field: String, _ value: Document?, _ detail: String) -> FieldError {
    FieldError(field, .invalid(value: spelling(value)), detail)
  }

  package static func notSupported(_ field: String, _ value: String, _ supported: [String])
    -> FieldError
  {
    let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
    return FieldError(
      field, .notSupported(value: "\"\(value)\""), list.isEmpty ? "" : "supported values: \(list)")
  }

  package static func forbidden(_ field: String, _ detail: String) -> FieldError {
    FieldError(field, .forbidden, detail)
  }

  package static func duplicate(_ field: String, _ value: Document?) -> FieldError {
    FieldError(field, .duplicate(value: spelling(value)))
  }

  package static func notFound(_ field: String, _ value: Document?) -> FieldError {
    FieldError(field, .notFound(value: spelling(value)))
  }

  package static func tooLong(_ field: String, byteCountMax: Int) -> FieldError {
    FieldError(
      field, .tooLong(byteCountMax: byteCountMax), "may not be more than \(byteCountMax) bytes")
  }

  package static func tooMany(_ field: String, count: Int, max: Int) -> FieldError {
    FieldError(
      field, .tooMany(count: count, max: max), "must have at most \(max) item\(max == 1 ? "" : "s")"
    )
  }

  private static func spelling(_ value: Document?) -> String {
    value?.jsonText ?? "null"
  }

  /// The message without the field: `Invalid value: "X": must be ...`.
  package var message: String {
    let head: String
    switch problem {
    case .required: head = "Required value"
    case .invalid(let value), .typeInvalid(let value):
      head = value.isEmpty ? "Invalid value" : "Invalid value: \(value)"
    case .notSupported(let value): head = "Unsupported value: \(value)"
    case .forbidden: head = "Forbidden"
    case .duplicate(let value):
      head = value.isEmpty ? "Duplicate value" : "Duplicate value: \(value)"
    case .notFound(let value): head = "Not found: \(value)"
    case .tooLong: head = "Too long"
    case .tooMany(let count, _): head = "Too many: \(count)"
    case .internalError: head = "Internal error"
    }
    return detail.isEmpty ? head : "\(head): \(detail)"
  }

  package var description: String { "\(field): \(message)" }

  /// The cause of a `Status` that says this.
  package var cause: APIError.Cause {
    let reason =
      switch problem {
      case .required: "FieldValueRequired"
      case .invalid: "FieldValueInvalid"
      case .typeInvalid: "FieldValueTypeInvalid"
      case .notSupported: "FieldValueNotSupported"
      case .forbidden: "FieldValueForbidden"
      case .duplicate: "FieldValueDuplicate"
      case .notFound: "FieldValueNotFound"
      case .tooLong: "FieldValueTooLong"
      case .tooMany: "FieldValueTooMany"
      case .internalError: "InternalError"
      }
    return APIError.Cause(reason: reason, message: message, field: field)
  }
}
