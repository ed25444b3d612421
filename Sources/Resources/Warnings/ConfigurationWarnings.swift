import Foundations

/// What is told of kinds that hold settings of others.
/// Source: upstream's wording.
enum ConfigurationWarnings {
  // MARK: ServiceAccount

  private static let mountableSecrets: AnnotationWarnings.Deprecated = (
    "kubernetes.io/enforce-mountable-secrets",
    "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
  )

  static let ofServiceAccount: ObjectWarnings.Rule = { account, old in
    old?.annotations[mountableSecrets.name] == nil
      ? AnnotationWarnings.of([mountableSecrets], account) : []
  }

  // MARK: ResourceQuota

  /// Whether the bare name means the requests.
  private static let requested = [
    ("cpu", true), ("memory", true), ("storage", false), ("ephemeral-storage", false),
  ]

  static let ofQuota: ObjectWarnings.Rule = { quota, old in
    guard old == nil, let hard = quota[path: "spec", "hard"] else { return [] }
    return requested.compactMap { name, isBareToo in
      let requests = ["requests.\(name)"] + (isBareToo ? [name] : [])
      guard let request = requests.first(where: { hard[$0] != nil }),
        let least = AmountWarnings.of(request, in: hard),
        let most = AmountWarnings.of("limits.\(name)", in: hard),
        least > most
      else { return nil }
      return "ResourceQuota \(request) (\(least)) should be less than limits.\(name) (\(most))"
    }
  }

  // MARK: Admission

  /// Of webhooks and policies that a server reads from files.
  private static let fileSuffix = ".static.k8s.io"

  static let ofReservedName: ObjectWarnings.Rule = { object, _ in
    guard object[path: "metadata", "name"]?.string?.hasSuffix(fileSuffix) == true else { return [] }
    return [
      "metadata.name: names ending with \"\(fileSuffix)\" are reserved for static manifest-based "
        + "configurations and cannot be managed via the API"
    ]
  }

  // MARK: Devices

  static let ofDeviceSlice: ObjectWarnings.Rule = { slice, _ in
    let driver = slice[path: "spec", "driver"]?.string ?? ""
    guard driver != driver.lowercased() else { return [] }
    return [
      "spec.driver: driver names should be lowercase; \"\(driver)\" contains uppercase characters"
    ]
  }
}
