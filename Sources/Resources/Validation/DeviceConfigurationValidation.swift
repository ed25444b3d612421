import Foundations

/// The rules of what is handed to drivers as it is: parameters of devices.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `OpaqueDeviceConfiguration`; upstream's
/// messages.
enum DeviceConfigurationValidation {
  /// Source: upstream's `DeviceConfigMaxSize`.
  static let countMax = 32
  /// Of JSON text. Source: upstream's `OpaqueParametersMaxLength`.
  static let parametersByteCountMax = 10 * 1024

  /// - Parameter isStored: it was there before, when there was no limit to its length.
  static func errors(_ config: Document, isStored: Bool = false, at path: String) -> [FieldError] {
    guard let opaque = config["opaque"] else { return [.required("\(path).opaque")] }
    let place = "\(path).opaque"
    return ReferenceRule.driver(opaque["driver"], at: "\(place).driver")
      + objectErrors(opaque["parameters"], isStored: isStored, at: "\(place).parameters")
  }

  /// What only the driver understands: any JSON object.
  static func objectErrors(_ value: Document?, isStored: Bool = false, at path: String)
    -> [FieldError]
  {
    guard let value, !value.isNull else { return [.required(path)] }
    if !isStored, value.json.count > parametersByteCountMax {
      return [.tooLong(path, byteCountMax: parametersByteCountMax)]
    }
    return value.isObject
      ? [] : [.invalid(path, "<value omitted>", "must be a valid JSON object")]
  }
}
