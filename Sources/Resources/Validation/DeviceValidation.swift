import Foundations

/// The rules of one device of a slice.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `Device`; upstream's messages.
enum DeviceValidation {
  private static let membersMax = 32
  private static let attributeValuesMax = 48
  private static let taintsMax = 16
  private static let countersMax = 2
  private static let conditionsMax = 4

  /// - Parameters:
  ///   - old: the device of that name before; `nil` for a new one.
  ///   - isPlacedAlone: each device of the slice says where it is.
  static func errors(
    _ device: Document, replacing old: Document?, isPlacedAlone: Bool, at path: String
  ) -> [FieldError] {
    var errors = DeviceNameRule.label(device["name"], at: "\(path).name")
    errors += countErrors(device, at: path)
    errors += DeviceAttributeRule.errors(device["attributes"], at: "\(path).attributes")
    errors += DeviceCapacityRule.errors(
      device["capacity"], isShared: device["allowMultipleAllocations"]?.bool == true,
      at: "\(path).capacity")
    if old == nil || old?["taints"] != device["taints"] {
      errors += ListRule.items(device["taints"], max: taintsMax, at: "\(path).taints") {
        DeviceTaintValidation.taintErrors($0, at: $1)
      }
    }
    errors += ListRule.set(
      device["consumesCounters"], max: countersMax, at: "\(path).consumesCounters",
      by: .member("counterSet")
    ) { DeviceCounterRule.errors($0, named: "counterSet", at: $1) }
    errors += placeErrors(device, isPlacedAlone, at: path)
    return errors + bindingErrors(device, at: path)
  }

  private static func countErrors(_ device: Document, at path: String) -> [FieldError] {
    let attributes = device["attributes"] ?? .emptyObject
    let memberCount = attributes.count + (device["capacity"]?.count ?? 0)
    let valueCount = attributes.members.reduce(0) { $0 + DeviceAttributeRule.count($1.value) }
    var errors: [FieldError] = []
    if memberCount > membersMax {
      errors.append(
        .invalid(
          path, Document(memberCount),
          "the total number of attributes and capacities must not exceed \(membersMax)"))
    }
    if valueCount > attributeValuesMax {
      errors.append(
        .invalid(
          path, Document(valueCount),
          "the total number of attribute values must not exceed \(attributeValuesMax)"))
    }
    return errors
  }

  private static func placeErrors(_ device: Document, _ isPlacedAlone: Bool, at path: String)
    -> [FieldError]
  {
    let members = ["nodeName", "nodeSelector", "allNodes"]
    guard isPlacedAlone else {
      if members.allSatisfy({ device[$0] == nil }) { return [] }
      return [
        .invalid(
          path, nil,
          "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is "
            + "set to true in the ResourceSlice spec")
      ]
    }
    let place = DevicePlace(device, members, emptyName: "must not be empty", at: path)
    let only =
      "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when "
      + "`perDeviceNodeSelection` is set to true in the ResourceSlice spec"
    switch place.said.count {
    case 0: return place.errors + [.required(path, only)]
    case 1: return place.errors
    default: return place.errors + [.invalid(path, place.shown, only)]
    }
  }

  // MARK: Conditions

  /// What has to come true before a device is used, and what tells that it never will. Of devices, and of what
  /// was allocated of them.
  static func bindingErrors(_ device: Document, at path: String) -> [FieldError] {
    let (good, bad) = ("\(path).bindingConditions", "\(path).bindingFailureConditions")
    let wanted = device["bindingConditions"] ?? .emptyArray
    let failures = device["bindingFailureConditions"] ?? .emptyArray
    var errors = conditionErrors(wanted, at: good) + conditionErrors(failures, at: bad)
    let names = Set(wanted.elements.compactMap(\.string))
    for (position, name) in failures.elements.enumerated() where names.contains(name.string ?? "") {
      errors.append(
        .invalid(
          "\(bad)[\(position)]", name,
          "bindingFailureConditions must not overlap with bindingConditions"))
    }
    if wanted.isEmpty, !failures.isEmpty {
      errors.append(
        .invalid(good, wanted, "bindingConditions are required to use bindingFailureConditions"))
    }
    if failures.isEmpty, !wanted.isEmpty {
      errors.append(
        .invalid(bad, failures, "bindingFailureConditions are required to use bindingConditions"))
    }
    return errors
  }

  private static func conditionErrors(_ conditions: Document, at path: String) -> [FieldError] {
    ListRule.set(conditions, max: conditionsMax, at: path, by: .itself) { name, place in
      ObjectName.problems(qualifiedName: name.string ?? "").map { .invalid(place, name, $0) }
    }
  }
}
