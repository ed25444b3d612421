import Foundations

/// The rules of what a driver tells of a device that a claim has been given.
/// Source: Kubernetes API reference, `resource.k8s.io/v1` `AllocatedDeviceStatus`; upstream's
/// messages.
enum AllocatedDeviceRule {
  private static let addressesMax = 16
  private static let interfaceByteCountMax = 256
  private static let hardwareAddressByteCountMax = 128

  /// Which device, or which share of one.
  static let key = ListRule.Key { device in
    let parts = ["driver", "pool", "device"].map { device[$0]?.string ?? "" }
    return (parts + [device["shareID"]?.string].compactMap(\.self)).joined(separator: "/")
  }

  /// - Parameter allocated: the keys of the devices that the claim has.
  static func errors(_ device: Document, _ allocated: Set<String>, at path: String)
    -> [FieldError]
  {
    var errors = ReferenceRule.driver(device["driver"], at: "\(path).driver")
    errors += DeviceNameRule.pool(device["pool"], at: "\(path).pool")
    errors += DeviceNameRule.label(device["device"], at: "\(path).device")
    errors += shareErrors(device["shareID"], at: "\(path).shareID")
    if !allocated.contains(key.of(device)) {
      errors.append(
        .invalid(path, Document(key.of(device)), "must be an allocated device in the claim"))
    }
    errors += DeviceStatusValidation.conditionErrors(
      device["conditions"], at: "\(path).conditions")
    if let data = device["data"], !data.isNull {
      errors += DeviceConfigurationValidation.objectErrors(data, at: "\(path).data")
    }
    return errors + networkErrors(device["networkData"], at: "\(path).networkData")
  }

  /// A UUID in its usual form.
  static func shareErrors(_ identity: Document?, at path: String) -> [FieldError] {
    guard let identity else { return [] }
    let groups = (identity.string ?? "").split(separator: "-", omittingEmptySubsequences: false)
    let isGood =
      groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && groups.joined().utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
      }
    if isGood { return [] }
    return [
      .invalid(
        path, identity,
        "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with "
          + "lowercase hexadecimal characters")
    ]
  }

  // MARK: Networks

  private static func networkErrors(_ network: Document?, at path: String) -> [FieldError] {
    guard let network else { return [] }
    let lengths = [
      ("interfaceName", interfaceByteCountMax), ("hardwareAddress", hardwareAddressByteCountMax),
    ]
    let errors = lengths.compactMap { member, max -> FieldError? in
      (network[member]?.string ?? "").utf8.count > max
        ? .tooLong("\(path).\(member)", byteCountMax: max) : nil
    }
    return errors
      + ListRule.set(
        network["ips"], max: addressesMax, at: "\(path).ips", by: .itself
      ) { interfaceErrors($0, at: $1) }
  }

  /// An address, and how long the prefix of its network is, in their shortest form.
  private static func interfaceErrors(_ value: Document, at path: String) -> [FieldError] {
    let text = value.string ?? ""
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(String(parts[0])), let length = Int(parts[1]),
      (0...address.family.bitCount).contains(length)
    else {
      return [
        .invalid(
          path, value, "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)")
      ]
    }
    let canonical = "\(address)/\(length)"
    return text == canonical
      ? [] : [.invalid(path, value, "must be in canonical form (\"\(canonical)\")")]
  }
}
