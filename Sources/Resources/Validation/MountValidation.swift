/// The rules of volumes in containers: directories, and devices.
/// Source: Kubernetes API reference, "VolumeMount", "VolumeDevice"; upstream's messages.
enum MountValidation {
  /// - Parameter volumes: the pod's, by name.
  static func errors(_ container: Document, _ volumes: [String: Document], at path: String)
    -> [FieldError]
  {
    let mounts = (container["volumeMounts"] ?? .emptyArray).elements.map { $0 }
    let devices = (container["volumeDevices"] ?? .emptyArray).elements.map { $0 }
    let isPrivileged = container[path: "securityContext", "privileged"]?.bool == true
    return mountErrors(mounts, beside: devices, volumes, isPrivileged, at: "\(path).volumeMounts")
      + deviceErrors(devices, beside: mounts, volumes, at: "\(path).volumeDevices")
  }

  private static func mountErrors(
    _ mounts: [Document], beside devices: [Document], _ volumes: [String: Document],
    _ isPrivileged: Bool, at path: String
  ) -> [FieldError] {
    var errors: [FieldError] = []
    var places: Set<String> = []
    for (position, mount) in mounts.enumerated() {
      let place = "\(path)[\(position)]"
      let name = mount["name"] ?? ""
      let target = mount["mountPath"] ?? ""
      if volumes[name.string ?? ""] == nil { errors.append(.notFound("\(place).name", name)) }
      if !places.insert(target.string ?? "").inserted {
        errors.append(.invalid("\(place).mountPath", target, "must be unique"))
      }
      if devices.contains(where: { $0["name"] ?? "" == name }) {
        errors.append(.invalid("\(place).name", name, "must not already exist in volumeDevices"))
      }
      if devices.contains(where: { $0["devicePath"] ?? "" == target }) {
        errors.append(
          .invalid(
            "\(place).mountPath", target, "must not already exist as a path in volumeDevices"))
      }
      if let both = mount["subPathExpr"], both.string?.isEmpty == false,
        mount["subPath"]?.string?.isEmpty == false
      {
        errors.append(
          .invalid("\(place).subPathExpr", both, "subPathExpr and subPath are mutually exclusive"))
      }
      // What follows upstream tells of at the list.
      for member in ["subPath", "subPathExpr"] {
        errors += VolumeValidation.descendingPathProblems(mount[member]?.string ?? "").map {
          .invalid("\(path).\(member)", mount[member], $0)
        }
      }
      errors += propagationErrors(mount, isPrivileged, at: "\(path).mountPropagation")
      errors += recursionErrors(mount, at: "\(path).recursiveReadOnly")
    }
    return errors
  }

  private static let propagations = ["Bidirectional", "HostToContainer", "None"]

  private static func propagationErrors(_ mount: Document, _ isPrivileged: Bool, at path: String)
    -> [FieldError]
  {
    guard let text = mount["mountPropagation"]?.string else { return [] }
    if !propagations.contains(text) { return [.notSupported(path, text, propagations)] }
    if text != "Bidirectional" || isPrivileged { return [] }
    return [
      .forbidden(
        path, "Bidirectional mount propagation is available only to privileged containers")
    ]
  }

  private static let recursions = ["Disabled", "Enabled", "IfPossible"]

  private static func recursionErrors(_ mount: Document, at path: String) -> [FieldError] {
    guard let text = mount["recursiveReadOnly"]?.string, text != "Disabled" else { return [] }
    if !recursions.contains(text) { return [.notSupported(path, text, recursions)] }
    var errors: [FieldError] = []
    if mount["readOnly"]?.bool != true {
      errors.append(.forbidden(path, "may only be specified when readOnly is true"))
    }
    if let propagation = mount["mountPropagation"], propagation.string != "None" {
      errors.append(
        .forbidden(path, "may only be specified when mountPropagation is None or not specified"))
    }
    return errors
  }

  private static func deviceErrors(
    _ devices: [Document], beside mounts: [Document], _ volumes: [String: Document],
    at path: String
  ) -> [FieldError] {
    var errors: [FieldError] = []
    var seen = ["name": Set<String>(), "devicePath": []]
    for (position, device) in devices.enumerated() {
      let place = "\(path)[\(position)]"
      for (member, other) in [("name", "name"), ("devicePath", "mountPath")] {
        let value = device[member] ?? ""
        if seen[member]?.insert(value.string ?? "").inserted == false, value != "" {
          errors.append(.invalid("\(place).\(member)", value, "must be unique"))
        }
        if mounts.contains(where: { $0[other] ?? "" == value }) {
          errors.append(
            .invalid(
              "\(place).\(member)", value,
              member == "name"
                ? "must not already exist in volumeMounts"
                : "must not already exist as a path in volumeMounts"))
        }
      }
      let name = device["name"] ?? ""
      if let volume = volumes[name.string ?? ""] {
        if !VolumeValidation.isBlockDevice(volume) {
          errors.append(
            .invalid(
              "\(place).name", name,
              "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            ))
        }
      } else {
        errors.append(.notFound("\(place).name", name))
      }
      if let target = device["devicePath"],
        !VolumeValidation.backstepErrors(target, at: path).isEmpty
      {
        errors.append(
          .invalid("\(place).devicePath", target, "can not contain backsteps ('..')"))
      }
    }
    return errors
  }
}
