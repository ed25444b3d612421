import Foundations

/// An answer of the API that is no success. It is a `Status` object on the wire.
/// Source: Kubernetes API conventions, "Response Status Kind".
package struct APIError: Error, Equatable, Sendable, CustomStringConvertible {
  /// HTTP status code, 400...599.
  package var code: Int
  /// Machine-readable cause. Callers branch on it, never on the message.
  package var reason: Reason
  package var message: String
  package var details: Details
  /// For an expired list: the token with which it goes on in the newest state; else empty.
  package var continuation = ""

  package struct Reason: Hashable, Sendable, ExpressibleByStringLiteral {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { self.rawValue = value }

    package static let badRequest: Reason = "BadRequest"
    package static let unauthorized: Reason = "Unauthorized"
    package static let forbidden: Reason = "Forbidden"
    package static let notFound: Reason = "NotFound"
    package static let alreadyExists: Reason = "AlreadyExists"
    package static let conflict: Reason = "Conflict"
    package static let gone: Reason = "Gone"
    package static let expired: Reason = "Expired"
    package static let invalid: Reason = "Invalid"
    package static let timeout: Reason = "Timeout"
    package static let serverTimeout: Reason = "ServerTimeout"
    package static let tooManyRequests: Reason = "TooManyRequests"
    package static let methodNotAllowed: Reason = "MethodNotAllowed"
    package static let notAcceptable: Reason = "NotAcceptable"
    package static let requestEntityTooLarge: Reason = "RequestEntityTooLarge"
    package static let unsupportedMediaType: Reason = "UnsupportedMediaType"
    package static let internalError: Reason = "InternalError"
    package static let serviceUnavailable: Reason = "ServiceUnavailable"
  }

  /// What the error is about. `causes` name the fields of a validation failure.
  package struct Details: Equatable, Sendable {
    package var name = ""
    package var group = ""
    package var kind = ""
    package var uid = ""
    package var retryAfterSeconds = 0
    package var causes: [Cause] = []
    package init() {}
  }

  package struct Cause: Equatable, Sendable {
    package var reason: String
    package var message: String
    package var field: String
    package init(reason: String, message: String, field: String) {
      self.reason = reason
      self.message = message
      self.field = field
    }
  }

  package init(code: Int, reason: Reason, message: String, details: Details = Details()) {
    self.code = code
    self.reason = reason
    self.message = message
    self.details = details
  }

  package var description: String { "\(code) \(reason.rawValue): \(message)" }
}

// MARK: The usual answers, worded as upstream words them since tools read them

extension APIError {
  private static func about(_ resource: ResourceType, _ name: String) -> Details {
    var details = Details()
    details.name = name
    details.group = resource.group
    details.kind = resource.plural
    return details
  }

  package static func notFound(_ resource: ResourceType, _ name: String) -> APIError {
    APIError(
      code: 404, reason: .notFound, message: "\(resource) \"\(name)\" not found",
      details: about(resource, name))
  }

  package static func alreadyExists(_ resource: ResourceType, _ name: String) -> APIError {
    APIError(
      code: 409, reason: .alreadyExists, message: "\(resource) \"\(name)\" already exists",
      details: about(resource, name))
  }

  package static func conflict(_ resource: ResourceType, _ name: String, _ why: String) -> APIError
  {
    APIError(
      code: 409, reason: .conflict,
      message: "Operation cannot be fulfilled on \(resource) \"\(name)\": \(why)",
      details: about(resource, name))
  }

  package static func stale(_ resource: ResourceType, _ name: String) -> APIError {
    conflict(
      resource, name,
      "the object has been modified; please apply your changes to the latest version and try again")
  }

  package static func forbidden(_ resource: ResourceType, _ name: String, _ why: String)
    -> APIError
  {
    let subject = name.isEmpty ? "\(resource) is forbidden" : "\(resource) \"\(name)\" is forbidden"
    return APIError(
      code: 403, reason: .forbidden, message: "\(subject): \(why)", details: about(resource, name))
  }

  package static func badRequest(_ message: String) -> APIError {
    APIError(code: 400, reason: .badRequest, message: message)
  }

  package static func expired(_ message: String) -> APIError {
    APIError(code: 410, reason: .expired, message: message)
  }

  package static func internalError(_ message: String) -> APIError {
    APIError(
      code: 500, reason: .internalError, message: "Internal error occurred: \(message)")
  }

  package static func methodNotAllowed(_ message: String) -> APIError {
    APIError(code: 405, reason: .methodNotAllowed, message: message)
  }
}

// MARK: The wire form

extension APIError {
  /// The `Status` object of meta/v1 that says this.
  package var status: Document {
    var status: Document = [
      "kind": "Status", "apiVersion": "v1", "metadata": .emptyObject, "status": "Failure",
      "message": Document(message),
    ]
    if !continuation.isEmpty {
      status.set(Document(continuation), at: ["metadata", "continue"])
    }
    if !reason.rawValue.isEmpty { status["reason"] = Document(reason.rawValue) }
    var about = Document.emptyObject
    if !details.name.isEmpty { about["name"] = Document(details.name) }
    if !details.group.isEmpty { about["group"] = Document(details.group) }
    if !details.kind.isEmpty { about["kind"] = Document(details.kind) }
    if !details.uid.isEmpty { about["uid"] = Document(details.uid) }
    if !details.causes.isEmpty {
      about["causes"] = Document(
        details.causes.map { cause -> Document in
          var entry: Document = [
            "reason": Document(cause.reason), "message": Document(cause.message),
          ]
          if !cause.field.isEmpty { entry["field"] = Document(cause.field) }
          return entry
        })
    }
    if details.retryAfterSeconds > 0 {
      about["retryAfterSeconds"] = Document(details.retryAfterSeconds)
    }
    if !about.isEmpty { status["details"] = about }
    status["code"] = Document(code)
    return status
  }

  /// Reads a `Status` object; what it lacks is filled from the HTTP code.
  package init(status: Document, httpCode: Int) {
    self.init(
      code: status["code"]?.integer ?? httpCode,
      reason: Reason(status["reason"]?.string ?? ""),
      message: status["message"]?.string ?? "the server answered with HTTP status \(httpCode)")
    continuation = status[path: "metadata", "continue"]?.string ?? ""
    guard let about = status["details"] else { return }
    details.name = about["name"]?.string ?? ""
    details.group = about["group"]?.string ?? ""
    details.kind = about["kind"]?.string ?? ""
    details.uid = about["uid"]?.string ?? ""
    details.retryAfterSeconds = about["retryAfterSeconds"]?.integer ?? 0
    if let causes = about["causes"] {
      details.causes = causes.elements.map {
        Cause(
          reason: $0["reason"]?.string ?? "", message: $0["message"]?.string ?? "",
          field: $0["field"]?.string ?? "")
      }
    }
  }
}

extension APIError {
  /// 422: the object breaks rules of its kind. One cause is told in full, several as a list.
  package static func invalid(_ resource: ResourceType, _ name: String, _ causes: [Cause])
    -> APIError
  {
    let subject = resource.group.isEmpty ? resource.kind : "\(resource.kind).\(resource.group)"
    let problems = causes.map { "\($0.field): \($0.message)" }
    let list = problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]"
    var details = Details()
    details.name = name
    details.group = resource.group
    details.kind = resource.kind
    details.causes = causes
    return APIError(
      code: 422, reason: .invalid, message: "\(subject) \"\(name)\" is invalid: \(list)",
      details: details)
  }
}

extension APIError {
  package static let unauthorized = APIError(
    code: 401, reason: .unauthorized, message: "Unauthorized")

  /// 403 as the authorizer says it.
  package static func accessDenied(
    user: String, verb: String, resource: ResourceType, subresource: String?, name: String,
    namespace: String?, reason: String
  ) -> APIError {
    let target = subresource.map { "\(resource.plural)/\($0)" } ?? resource.plural
    let scope = namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
    let why =
      "User \"\(user)\" cannot \(verb) resource \"\(target)\" in API group "
      + "\"\(resource.group)\" \(scope)" + (reason.isEmpty ? "" : ": \(reason)")
    return .forbidden(resource, name, why)
  }
}
