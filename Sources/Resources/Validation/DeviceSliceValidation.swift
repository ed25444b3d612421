import Foundations

/// The rules of what drivers publish of their devices.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `ResourceSlice`; upstream's messages.
enum DeviceSliceValidation {
  private static let devicesMax = 128
  private static let poolNameByteCountMax = 253
  private static let attributeByteCountMax = 64
  private static let places = ["nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection"]
  private static let values = ["int", "bool", "string", "version"]

  static func errors(_ slice: Document) -> [FieldError] {
    let spec = slice["spec"] ?? .emptyObject
    var errors = ReferenceRule.driver(spec["driver"], at: "spec.driver")
    errors += poolErrors(spec["pool"] ?? .emptyObject)
    errors += placeErrors(spec)
    let devices = spec["devices"] ?? .emptyArray
    if devices.count > devicesMax {
      errors.append(.tooMany("spec.devices", count: devices.count, max: devicesMax))
    }
    var names: Set<String> = []
    for (position, device) in devices.elements.enumerated() {
      let path = "spec.devices[\(position)]"
      errors += deviceErrors(device, at: path)
      if !names.insert(device["name"]?.string ?? "").inserted {
        errors.append(.duplicate(path, device["name"]))
      }
    }
    return errors
  }

  /// Whose devices they are, and where, stays.
  static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    [["driver"], ["nodeName"], ["pool", "name"]].compactMap { path in
      let values = [new, old].map { $0["spec"]?.value(at: path) }
      if values[0] == values[1] { return nil }
      return .invalid(
        "spec.\(path.joined(separator: "."))", values[0], "field is immutable")
    }
  }

  private static func poolErrors(_ pool: Document) -> [FieldError] {
    var errors: [FieldError] = []
    if let name = pool["name"], let text = name.string, !text.isEmpty {
      if text.utf8.count > poolNameByteCountMax {
        errors.append(.tooLong("spec.pool.name", byteCountMax: poolNameByteCountMax))
      }
      for part in text.split(separator: "/", omittingEmptySubsequences: false) {
        errors += ObjectName.problems(subdomain: String(part)).map {
          .invalid("spec.pool.name", Document(String(part)), $0)
        }
      }
    }
    if let generation = pool["generation"], generation.integer ?? 0 < 0 {
      errors.append(
        .invalid("spec.pool.generation", generation, "must be greater than or equal to zero"))
    }
    if pool["resourceSliceCount"]?.integer ?? 0 <= 0 {
      errors.append(
        .invalid(
          "spec.pool.resourceSliceCount", pool["resourceSliceCount"] ?? 0,
          "must be greater than zero"))
    }
    return errors
  }

  /// Devices are somewhere, in one of the ways to say where.
  private static func placeErrors(_ spec: Document) -> [FieldError] {
    var errors = ReferenceRule.subdomain(spec["nodeName"], at: "spec.nodeName")
    if spec["nodeName"]?.string?.isEmpty == true {
      errors.append(
        .invalid("spec.nodeName", "", "must be either unset or set to a non-empty string"))
    }
    let said = places.filter {
      spec[$0]?.bool == true || spec[$0]?.isObject == true || spec[$0]?.string?.isEmpty == false
    }
    let only = "exactly one of \(places.map { "`\($0)`" }.joined(separator: ", ")) is required"
    if said.isEmpty { errors.append(.required("spec", only)) }
    if said.count > 1 {
      errors.append(.invalid("spec", nil, "\(only), but multiple fields are set"))
    }
    return errors
  }

  private static func deviceErrors(_ device: Document, at path: String) -> [FieldError] {
    var errors = ReferenceRule.label(device["name"], at: "\(path).name")
    for (name, value) in (device["attributes"] ?? .emptyObject).members {
      errors += DeviceNameRule.errors(name, at: "\(path).attributes", shown: Document(name))
      errors += attributeErrors(value, at: "\(path).attributes[\(name)]")
    }
    for (name, _) in (device["capacity"] ?? .emptyObject).members {
      errors += DeviceNameRule.errors(name, at: "\(path).capacity", shown: Document(name))
    }
    for (position, taint) in (device["taints"] ?? .emptyArray).elements.enumerated() {
      let place = "\(path).taints[\(position)]"
      errors += ReferenceRule.qualifiedName(taint["key"], at: "\(place).key")
      errors += ReferenceRule.errors(taint["value"], at: "\(place).value") {
        ObjectName.problems(labelValue: $0)
      }
    }
    return errors
  }

  private static func attributeErrors(_ value: Document, at path: String) -> [FieldError] {
    let found = values.filter { value[$0] != nil }
    guard found.count == 1 else {
      return [.invalid(path, "", "exactly one value must be specified")]
    }
    var errors: [FieldError] = []
    for member in ["string", "version"]
    where value[member]?.string?.utf8.count ?? 0 > attributeByteCountMax {
      errors.append(.tooLong("\(path).\(member)", byteCountMax: attributeByteCountMax))
    }
    if let version = value["version"], !isVersion(version.string ?? "") {
      errors.append(
        .invalid(
          "\(path).version", version, "must be a string compatible with semver.org spec 2.0.0"))
    }
    return errors
  }

  /// Source: semver.org 2.0.0.
  private static func isVersion(_ text: String) -> Bool {
    let withoutBuild = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = withoutBuild[0].split(
      separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    func isIdentifier(_ part: Substring, isNumeric: Bool) -> Bool {
      let bytes = Array(part.utf8)
      if bytes.isEmpty { return false }
      let isNumber = bytes.allSatisfy { (0x30...0x39).contains($0) }
      if isNumeric || isNumber { return isNumber && (bytes.count == 1 || bytes[0] != 0x30) }
      return bytes.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || $0 == UInt8(ascii: "-")
      }
    }
    guard numbers.count == 3, numbers.allSatisfy({ isIdentifier($0, isNumeric: true) }) else {
      return false
    }
    let rest = parts.dropFirst().flatMap {
      $0.split(separator: ".", omittingEmptySubsequences: false)
    }
    return rest.allSatisfy { isIdentifier($0, isNumeric: false) }
  }
}
