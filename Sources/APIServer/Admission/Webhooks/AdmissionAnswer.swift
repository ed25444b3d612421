import Resources

/// What a webhook answered, checked. Pure.
/// Source: admission/v1 AdmissionResponse.
struct AdmissionAnswer: Sendable {
  let isAllowed: Bool
  /// Why not, where the webhook says it: a `Status`.
  let result: Document?
  /// Operations on the object; empty where it stays as it is.
  let patch: [UInt8]
  let warnings: [String]
  /// For the audit log, by key.
  let auditAnnotations: [(key: String, value: String)]

  /// The answer is not one to this question.
  struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
    let description: String
  }

  init(
    _ review: Document, to question: AdmissionReview, _ version: Webhook.ReviewVersion,
    mayPatch: Bool
  ) throws(Problem) {
    guard let response = review["response"], response.isObject else {
      throw Problem(description: "webhook response was absent")
    }
    if version == .v1 { try Self.check(review, response, question) }
    isAllowed = response["allowed"]?.bool ?? false
    let status = response["status"]
    result = status.flatMap { $0.isObject ? $0 : nil }
    warnings = (response["warnings"] ?? .emptyArray).elements.compactMap(\.string)
    auditAnnotations = (response["auditAnnotations"] ?? .emptyObject).members.compactMap {
      (entry) -> (key: String, value: String)? in
      entry.value.string.map { (key: entry.name, value: $0) }
    }
    patch = try Self.patch(response, version, mayPatch: mayPatch)
  }

  private static func check(
    _ review: Document, _ response: Document, _ question: AdmissionReview
  ) throws(Problem) {
    let uid = response["uid"]?.string ?? ""
    guard uid == question.uid else {
      throw Problem(description: "expected response.uid=\"\(question.uid)\", got \"\(uid)\"")
    }
    let apiVersion = review["apiVersion"]?.string ?? ""
    let kind = review["kind"]?.string ?? ""
    guard apiVersion == "admission.k8s.io/v1", kind == "AdmissionReview" else {
      throw Problem(
        description: "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, "
          + "got \(apiVersion), Kind=\(kind)")
    }
  }

  private static func patch(
    _ response: Document, _ version: Webhook.ReviewVersion, mayPatch: Bool
  ) throws(Problem) -> [UInt8] {
    let text = response["patch"].flatMap { $0.isNull ? nil : $0 }
    let type = response["patchType"].flatMap { $0.isNull ? nil : $0.string ?? "" }
    guard mayPatch else {
      if version == .v1, text?.string?.isEmpty == false {
        throw Problem(description: "validating webhook may not return response.patch")
      }
      if version == .v1, type != nil {
        throw Problem(description: "validating webhook may not return response.patchType")
      }
      return []
    }
    guard let bytes = text.map({ $0.base64Bytes }) ?? [] else {
      throw Problem(description: "response.patch is no base64 text")
    }
    guard version == .v1 else { return bytes }
    if !bytes.isEmpty && type == nil {
      throw Problem(description: "webhook returned response.patch but not response.patchType")
    }
    if bytes.isEmpty && type != nil {
      throw Problem(description: "webhook returned response.patchType but not response.patch")
    }
    if let type, type != "JSONPatch" {
      throw Problem(
        description: type.isEmpty
          ? "webhook returned invalid response.patchType of \"\""
          : "unsupported patch type \"\(type)\"")
    }
    return bytes
  }

  /// What a client hears whose request was not allowed.
  func denial(by webhook: String) -> APIError {
    let deniedBy = "admission webhook \"\(webhook)\" denied the request"
    var error = APIError(status: result ?? .emptyObject, httpCode: 400)
    if error.code < 400 || error.code > 599 { error.code = 400 }
    let message = result?["message"]?.string ?? ""
    let reason = error.reason.rawValue
    error.message =
      if !message.isEmpty {
        "\(deniedBy): \(message)"
      } else if !reason.isEmpty {
        "\(deniedBy): \(reason)"
      } else {
        "\(deniedBy) without explanation"
      }
    return error
  }
}
