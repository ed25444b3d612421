import Foundations

/// The rules of what drivers publish of their devices.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `ResourceSlice`; upstream's messages.
enum DeviceSliceValidation {
  private static let devicesMax = 128
  /// Of devices that say more of themselves: taints, counters, lists. Source: upstream's
  /// `ResourceSliceMaxDevicesWithAdvancedFeatures`.
  private static let detailedDevicesMax = 64
  private static let counterSetsMax = 8
  private static let name = ListRule.Key.member("name")

  /// - Parameter old: what is replaced; taints that it has may stay.
  static func errors(_ slice: Document, replacing old: Document?) -> [FieldError] {
    let spec = slice["spec"] ?? .emptyObject
    var errors = ReferenceRule.driver(spec["driver"], at: "spec.driver")
    errors += poolErrors(spec["pool"] ?? .emptyObject, at: "spec.pool")
    errors += placeErrors(spec)
    if spec["sharedCounters"] != nil, spec["devices"] != nil {
      errors.append(
        .invalid("spec", "", "only one of `sharedCounters` or `devices` is allowed"))
    }
    let devices = spec["devices"] ?? .emptyArray
    let known = Dictionary(
      (old?[path: "spec", "devices"] ?? .emptyArray).elements.map { (name.of($0), $0) },
      uniquingKeysWith: { first, _ in first })
    errors += ListRule.set(
      devices, max: devices.elements.contains(where: isDetailed) ? detailedDevicesMax : devicesMax,
      at: "spec.devices", by: name
    ) { device, place in
      DeviceValidation.errors(
        device, replacing: known[name.of(device)],
        isPlacedAlone: spec["perDeviceNodeSelection"]?.bool == true, at: place)
    }
    return errors
      + ListRule.set(
        spec["sharedCounters"], max: counterSetsMax, at: "spec.sharedCounters", by: name
      ) { DeviceCounterRule.errors($0, named: "name", at: $1) }
  }

  /// Whose devices they are, and where, stays.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    [["pool", "name"], ["driver"], ["nodeName"]].compactMap { path in
      let values = [new, old].map { $0["spec"]?.value(at: path) }
      if values[0] == values[1] { return nil }
      return .invalid(
        "spec.\(path.joined(separator: "."))", values[0], "field is immutable")
    }
  }

  private static func isDetailed(_ device: Document) -> Bool {
    let lists = ["bools", "ints", "strings", "versions"]
    return device["taints"]?.isEmpty == false || device["consumesCounters"]?.isEmpty == false
      || (device["attributes"] ?? .emptyObject).members.contains { attribute in
        lists.contains { attribute.value[$0] != nil }
      }
  }

  private static func poolErrors(_ pool: Document, at path: String) -> [FieldError] {
    var errors = DeviceNameRule.pool(pool["name"], at: "\(path).name")
    let count = pool["resourceSliceCount"]?.integer ?? 0
    if count <= 0 {
      errors.append(
        .invalid("\(path).resourceSliceCount", Document(count), "must be greater than zero"))
    }
    if let generation = pool["generation"], generation.integer ?? 0 < 0 {
      errors.append(
        .invalid("\(path).generation", generation, "must be greater than or equal to zero"))
    }
    return errors
  }

  /// Devices are somewhere, in one of the ways to say where.
  private static func placeErrors(_ spec: Document) -> [FieldError] {
    let place = DevicePlace(
      spec, ["nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection"],
      emptyName: "must be either unset or set to a non-empty string", at: "spec")
    let only =
      "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"
    var errors = place.errors
    if let terms = spec[path: "nodeSelector", "nodeSelectorTerms"], terms.count > 1 {
      errors.append(
        .invalid(
          "spec.nodeSelector.nodeSelectorTerms", terms, "must have exactly one node selector term"))
    } else if spec["nodeSelector"] != nil,
      spec[path: "nodeSelector", "nodeSelectorTerms"]?.isEmpty ?? true
    {
      errors.append(
        .invalid(
          "spec.nodeSelector.nodeSelectorTerms", .emptyArray,
          "must have exactly one node selector term"))
    }
    switch place.said.count {
    case 0: return errors + [.required("spec", only)]
    case 1: return errors
    default:
      return errors + [.invalid("spec", place.shown, "\(only), but multiple fields are set")]
    }
  }
}
