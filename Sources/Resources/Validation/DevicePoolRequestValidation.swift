/// The rules of questions about a driver's pools of devices, which are asked once and stay.
/// Source: Kubernetes API reference, `resource.k8s.io/v1alpha3` `ResourcePoolStatusRequest`;
/// upstream's messages.
enum DevicePoolRequestValidation {
  private static let limits = 1...1000

  static func errors(_ request: Document, replacing old: Document?) -> [FieldError] {
    let spec = request["spec"] ?? .emptyObject
    if let old {
      return old["spec"] == spec ? [] : [.invalid("spec", spec, "field is immutable")]
    }
    var errors = ReferenceRule.driver(spec["driver"], at: "spec.driver")
    if let pool = spec["poolName"] { errors += DeviceNameRule.pool(pool, at: "spec.poolName") }
    let limit = spec["limit"]?.integer ?? 0
    if limit > limits.upperBound {
      errors.append(
        .invalid(
          "spec.limit", Document(limit), "must be less than or equal to \(limits.upperBound)"))
    } else if limit < limits.lowerBound {
      errors.append(
        .invalid(
          "spec.limit", Document(limit), "must be greater than or equal to \(limits.lowerBound)"))
    }
    return errors
  }
}
