import Foundations

/// The rules of the names by which resources are bounded in limits and quotas.
/// Source: upstream's `pkg/apis/core/helper`; its messages.
enum ResourceNameRule {
  private static let compute: Set<String> = ["cpu", "memory", "ephemeral-storage"]
  private static let computeQuota: Set<String> = [
    "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory",
    "requests.ephemeral-storage", "requests.storage", "limits.cpu", "limits.memory",
    "limits.ephemeral-storage",
  ]
  /// Counted, so a quota bounds them by a whole number.
  private static let counted: Set<String> = [
    "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
    "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
  ]

  static func isStandardQuota(_ name: String) -> Bool {
    computeQuota.contains(name) || counted.contains(name) || isHugePages(name)
  }

  /// Whether amounts of it are whole numbers: what is counted, and devices.
  static func isCounted(_ name: String) -> Bool {
    counted.contains(name) || isExtended(name)
  }

  /// Whether it is somebody else's resource, whose name a quota can have too.
  static func isExtended(_ name: String) -> Bool {
    !isNative(name) && !name.hasPrefix("requests.")
      && ObjectName.problems(qualifiedName: "requests.\(name)").isEmpty
  }

  private static func isNative(_ name: String) -> Bool {
    !name.contains("/") || name.contains("kubernetes.io/")
  }

  /// Whether it is memory in pages of one size.
  static func isPages(_ name: String) -> Bool { name.hasPrefix("hugepages-") }

  /// Whether more of it may be promised than there is.
  static func isOvercommittable(_ name: String) -> Bool {
    !isPages(name) && isNative(name)
  }

  /// A name in a quota.
  static func quotaErrors(_ name: String, at path: String) -> [FieldError] {
    errors(name, at: path, isStandard: isStandardQuota(name), of: "quota")
  }

  /// A name in the limits of containers and pods.
  static func containerErrors(_ name: String, at path: String) -> [FieldError] {
    let errors = errors(
      name, at: path, isStandard: compute.contains(name) || isPages(name), of: "containers")
    if isNative(name) || isExtended(name) { return errors }
    return errors + [
      .invalid(path, Document(name), "doesn't follow extended resource name standard")
    ]
  }

  /// A name in other limits.
  static func errors(_ name: String, at path: String) -> [FieldError] {
    var problems = ObjectName.problems(qualifiedName: name)
    if problems.isEmpty, !name.contains("/"), !isStandardQuota(name), name != "storage" {
      problems = ["must be a standard resource type or fully qualified"]
    }
    return problems.map { .invalid(path, Document(name), $0) }
  }

  private static func errors(
    _ name: String, at path: String, isStandard: Bool, of holder: String
  ) -> [FieldError] {
    var errors = errors(name, at: path)
    if !name.contains("/"), !isStandard {
      errors.append(
        .invalid(path, Document(name), "must be a standard resource for \(holder)"))
    }
    return errors
  }

  private static func isHugePages(_ name: String) -> Bool {
    isPages(name) || name.hasPrefix("requests.hugepages-")
  }
}
