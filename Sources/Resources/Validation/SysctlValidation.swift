/// The rules of kernel parameters that a pod sets.
/// Source: Kubernetes API reference, "PodSecurityContext" `sysctls`; upstream's messages.
enum SysctlValidation {
  private static let byteCountMax = 253

  /// - Parameter path: of the pod's spec.
  static func errors(_ spec: Document, at path: String) -> [FieldError] {
    guard let sysctls = spec[path: "securityContext", "sysctls"] else { return [] }
    var errors: [FieldError] = []
    var names: Set<String> = []
    for (position, sysctl) in sysctls.elements.enumerated() {
      let place = "\(path).securityContext.sysctls[\(position)].name"
      let name = sysctl["name"]?.string ?? ""
      if name.isEmpty {
        errors.append(.required(place))
      } else if !isName(name) {
        errors.append(
          .invalid(
            place, sysctl["name"],
            "must have at most \(byteCountMax) characters and match regex "
              + #"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"#))
      } else if !names.insert(name).inserted {
        errors.append(.duplicate(place, sysctl["name"]))
      }
    }
    return errors
  }

  /// Parts of lower-case letters and digits, with dashes and underscores inside, joined by dots or
  /// slashes.
  static func isName(_ name: String) -> Bool {
    guard (1...byteCountMax).contains(name.utf8.count) else { return false }
    let parts = name.utf8.split(omittingEmptySubsequences: false) {
      $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/")
    }
    return parts.allSatisfy { part in
      guard let first = part.first, let last = part.last else { return false }
      return isAlphanumeric(first) && isAlphanumeric(last)
        && part.allSatisfy {
          isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
    }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
