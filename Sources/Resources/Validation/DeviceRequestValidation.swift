/// The rules of what a claim requests: so many devices of a class, or the first of several such
/// wishes that can be met.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `DeviceRequest`; upstream's messages.
enum DeviceRequestValidation {
  private static let alternativesMax = 8
  private static let selectorsMax = 32
  private static let modes = ["All", "ExactCount"]

  static func errors(_ request: Document, at path: String) -> [FieldError] {
    let name = DeviceNameRule.label(request["name"], at: "\(path).name")
    let choices = request["firstAvailable"].flatMap { $0.isEmpty ? nil : $0 }
    switch (request["exactly"], choices) {
    case (nil, nil):
      return name + [
        .required(path, "exactly one of `exactly` or `firstAvailable` is required")
      ]
    case (.some, .some):
      return name + [
        .invalid(
          path, nil,
          "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set")
      ]
    case (let exact?, nil): return name + amountErrors(exact, at: "\(path).exactly")
    case (nil, let choices?):
      return name
        + ListRule.set(
          choices, max: alternativesMax, at: "\(path).firstAvailable",
          by: .member("name")
        ) {
          DeviceNameRule.label($0["name"], at: "\($1).name") + amountErrors($0, at: $1)
        }
    }
  }

  /// Of which class, which of them, and how many.
  private static func amountErrors(_ request: Document, at path: String) -> [FieldError] {
    DeviceNameRule.deviceClass(request["deviceClassName"], at: "\(path).deviceClassName")
      + selectorErrors(request["selectors"], at: "\(path).selectors")
      + countErrors(request, at: path)
      + ListRule.items(
        request["tolerations"], at: "\(path).tolerations", DeviceTaintValidation.tolerationErrors)
  }

  private static func countErrors(_ request: Document, at path: String) -> [FieldError] {
    let count = request["count"]?.integer ?? 0
    switch request["allocationMode"]?.string ?? "" {
    case "All" where count != 0:
      return [
        .invalid(
          "\(path).count", request["count"], "must not be specified when allocationMode is 'All'")
      ]
    case "ExactCount" where count <= 0:
      return [.invalid("\(path).count", Document(count), "must be greater than zero")]
    case "All", "ExactCount": return []
    case let mode: return [.notSupported("\(path).allocationMode", mode, modes)]
    }
  }

  /// Which devices will do. Of classes, too.
  static func selectorErrors(_ selectors: Document?, at path: String) -> [FieldError] {
    ListRule.items(selectors, max: selectorsMax, at: path) {
      $0["cel"] == nil ? [.required("\($1).cel")] : []
    }
  }
}
