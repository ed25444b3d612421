/// The rules of classes of devices. What their expressions say is not looked at here.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `DeviceClass`; upstream's messages.
enum DeviceClassValidation {
  /// - Parameter old: what is replaced: configuration of a time without limits may stay.
  static func errors(_ object: Document, replacing old: Document?) -> [FieldError] {
    let spec = object["spec"] ?? .emptyObject
    let isStored = old.map { $0[path: "spec", "config"] == spec["config"] } ?? false
    var errors = DeviceRequestValidation.selectorErrors(spec["selectors"], at: "spec.selectors")
    errors += ListRule.items(
      spec["config"], max: DeviceConfigurationValidation.countMax, at: "spec.config"
    ) { DeviceConfigurationValidation.errors($0, isStored: isStored, at: $1) }
    if let name = spec["extendedResourceName"], !ResourceNameRule.isExtended(name.string ?? "") {
      errors.append(
        .invalid("spec.extendedResourceName", name, "must be a valid extended resource name"))
    }
    return errors
  }
}
