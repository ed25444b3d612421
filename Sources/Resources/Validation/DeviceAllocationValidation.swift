/// The rules of what a claim is given: devices for its requests, and how they are set up.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `AllocationResult`; upstream's messages.
enum DeviceAllocationValidation {
  private static let resultsMax = 32
  /// A class and a claim may each bring all that they can have.
  private static let configurationsMax = 2 * DeviceConfigurationValidation.countMax
  private static let sources = ["FromClaim", "FromClass"]

  /// - Parameter names: what the claim requests.
  static func errors(_ allocation: Document, _ names: DeviceRequestNames, at path: String)
    -> [FieldError]
  {
    let devices = allocation["devices"]
    let errors =
      ListRule.items(devices?["results"], max: resultsMax, at: "\(path).devices.results") {
        resultErrors($0, names, at: $1)
      }
      + ListRule.items(devices?["config"], max: configurationsMax, at: "\(path).devices.config") {
        sourceErrors($0["source"], at: "\($1).source")
          + names.listErrors($0["requests"], at: "\($1).requests")
          + DeviceConfigurationValidation.errors($0, at: $1)
      }
    guard let selector = allocation["nodeSelector"] else { return errors }
    return errors + PlacementValidation.nodeSelector(selector, at: "\(path).nodeSelector")
  }

  private static func resultErrors(
    _ result: Document, _ names: DeviceRequestNames, at path: String
  ) -> [FieldError] {
    names.errors(result["request"], at: "\(path).request")
      + ReferenceRule.driver(result["driver"], at: "\(path).driver")
      + DeviceNameRule.pool(result["pool"], at: "\(path).pool")
      + DeviceNameRule.label(result["device"], at: "\(path).device")
      + DeviceValidation.bindingErrors(result, at: path)
      + AllocatedDeviceRule.shareErrors(result["shareID"], at: "\(path).shareID")
  }

  private static func sourceErrors(_ source: Document?, at path: String) -> [FieldError] {
    let text = source?.string ?? ""
    if text.isEmpty { return [.required(path)] }
    return sources.contains(text) ? [] : [.notSupported(path, text, sources)]
  }
}
