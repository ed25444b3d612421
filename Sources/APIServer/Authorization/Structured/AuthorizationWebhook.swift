import CEL
import Foundations
import Resources
import Security

/// A webhook as `--authorization-config` names it.
/// Source: apiserver.config.k8s.io/v1 WebhookConfiguration.
struct AuthorizationWebhook: Sendable {
  let name: String
  /// How long an agreement is remembered; `nil` for never.
  let allowedFor: Duration?
  let deniedFor: Duration?
  let timeout: Duration
  let reviewVersion: String
  /// What counts where it gives no opinion.
  let verdictOnFailure: AccessVerdict
  let conditions: AccessConditions
  let kubeconfig: String

  private static let timeoutMax = Duration.seconds(30)

  /// What is wrong goes to `errors`, in upstream's words.
  init(name: String, _ webhook: Document, at path: String, _ errors: inout [FieldError]) {
    self.name = name
    let allowedFor = Self.duration(webhook, "authorizedTTL", path, &errors)
    let deniedFor = Self.duration(webhook, "unauthorizedTTL", path, &errors)
    self.allowedFor = webhook["cacheAuthorizedRequests"]?.bool == false ? nil : allowedFor
    self.deniedFor = webhook["cacheUnauthorizedRequests"]?.bool == false ? nil : deniedFor
    timeout = Self.duration(webhook, "timeout", path, max: Self.timeoutMax, &errors)
    reviewVersion = webhook["subjectAccessReviewVersion"]?.string ?? ""
    if let error = Self.choice(
      webhook, "subjectAccessReviewVersion", path, ["v1", "v1beta1"])
    {
      errors.append(error)
    }
    let place = "\(path).matchConditions"
    conditions = AccessConditions(webhook["matchConditions"], at: place, &errors)
    let version = webhook["matchConditionSubjectAccessReviewVersion"]?.string ?? ""
    if version.isEmpty, webhook["matchConditions"]?.isEmpty == false {
      errors.append(
        .required(
          "\(path).matchConditionSubjectAccessReviewVersion",
          "required if match conditions are specified"))
    } else if !version.isEmpty, version != "v1" {
      errors.append(
        .notSupported("\(path).matchConditionSubjectAccessReviewVersion", version, ["v1"]))
    }
    if let error = Self.choice(webhook, "failurePolicy", path, ["NoOpinion", "Deny"]) {
      errors.append(error)
    }
    verdictOnFailure =
      webhook["failurePolicy"]?.string == "NoOpinion"
      ? .noOpinion(reason: "") : .denied(reason: "the authorizer \(name) gave no opinion")
    kubeconfig = Self.kubeconfig(webhook["connectionInfo"], "\(path).connectionInfo", &errors)
  }

  private static func duration(
    _ webhook: Document, _ name: String, _ path: String, max: Duration? = nil,
    _ errors: inout [FieldError]
  ) -> Duration {
    let text = webhook[name]?.string ?? ""
    guard !text.isEmpty, let nanoseconds = GoDuration.parse(text) else {
      errors.append(
        text.isEmpty
          ? .required("\(path).\(name)")
          : .invalid("\(path).\(name)", Document(text), "it has to be a duration such as 30s"))
      return .zero
    }
    let duration = Duration.nanoseconds(nanoseconds)
    if duration == .zero { errors.append(.required("\(path).\(name)")) }
    if duration < .zero || max.map({ duration > $0 }) == true {
      errors.append(
        .invalid(
          "\(path).\(name)", Document(text),
          max == nil ? "must be > 0s" : "must be > 0s and <= 30s"))
    }
    return duration
  }

  private static func choice(
    _ webhook: Document, _ name: String, _ path: String, _ choices: [String]
  ) -> FieldError? {
    let text = webhook[name]?.string ?? ""
    if text.isEmpty { return .required("\(path).\(name)") }
    return choices.contains(text) ? nil : .notSupported("\(path).\(name)", text, choices)
  }

  private static func kubeconfig(
    _ connection: Document?, _ path: String, _ errors: inout [FieldError]
  ) -> String {
    let file = connection?["kubeConfigFile"]?.string ?? ""
    switch connection?["type"]?.string ?? "" {
    case "": errors.append(.required("\(path).type"))
    case "KubeConfigFile":
      if file.isEmpty {
        errors.append(.required("\(path).kubeConfigFile"))
      } else if !file.hasPrefix("/") {
        errors.append(
          .invalid("\(path).kubeConfigFile", Document(file), "must be an absolute path"))
      }
    case "InClusterConfig":
      errors.append(
        .invalid(
          "\(path).type", "InClusterConfig", "this server runs in no pod: use KubeConfigFile"))
    case let other: errors.append(.notSupported("\(path).type", other, ["KubeConfigFile"]))
    }
    return file
  }
}
