import Resources

/// Holds pods to what their namespace allows, and warns of controllers whose pods would be refused.
/// Source: Kubernetes documentation, "Pod Security Admission"; the messages are upstream's.
struct PodSecurityAdmission: AdmissionPlugin {
  let namespace: @Sendable (String) -> Document?
  /// The pods of a namespace.
  let pods: @Sendable (String) -> [Document]

  /// After webhooks, on what will be stored.
  var stage: AdmissionStage { .validating }

  /// Where each kind that makes pods keeps what it makes them from.
  private static func template(of object: Document, _ resource: ResourceType) -> Document? {
    switch (resource.group, resource.plural) {
    case ("apps", "deployments"), ("apps", "replicasets"), ("apps", "statefulsets"),
      ("apps", "daemonsets"), ("batch", "jobs"), ("", "replicationcontrollers"):
      object[path: "spec", "template"]
    case ("batch", "cronjobs"): object[path: "spec", "jobTemplate", "spec", "template"]
    case ("", "podtemplates"): object["template"]
    default: nil
    }
  }

  func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.operation != .delete, write.operation != .connect else { return }
    if write.resource == .pods {
      try admitPod(object, write)
    } else if write.resource == .namespaces {
      if write.subresource == nil { try admitNamespace(object, write) }
    } else if write.subresource == nil,
      let template = Self.template(of: object, write.resource), let policy = policy(of: write)
    {
      warn(of: template, policy, write)
    }
  }

  /// `nil` where the namespace leaves its pods alone.
  private func policy(of write: AdmissionWrite) -> PodSecurityPolicy? {
    let labels = namespace(write.namespace ?? "")?[path: "metadata", "labels"]
    let policy = PodSecurityPolicy(labels)
    return policy.isPrivileged ? nil : policy
  }

  // MARK: Pods

  /// Subresources through which the containers of a pod change.
  private static let changing: Set<String> = ["ephemeralcontainers", "resize"]

  private func admitPod(_ pod: Document, _ write: AdmissionWrite) throws(APIError) {
    if let subresource = write.subresource, !Self.changing.contains(subresource) { return }
    guard let policy = policy(of: write),
      write.old.map({ Self.images(of: $0) != Self.images(of: pod) }) ?? true
    else { return }
    let review = PodSecurityReview(
      metadata: pod["metadata"], spec: pod["spec"] ?? .emptyObject, against: policy.enforce)
    write.audit?.annotate(
      "pod-security.kubernetes.io/enforce-policy", policy.enforce.description)
    guard review.isAllowed else {
      throw .forbidden(
        .pods, write.name, "violates PodSecurity \"\(policy.enforce)\": \(review.details)")
    }
    warn(of: pod, policy, write)
  }

  /// What may change of a pod that matters here: its images, and which containers it has.
  private static func images(of pod: Document) -> [[String]] {
    ["initContainers", "containers", "ephemeralContainers"].map { list in
      (pod[path: "spec", list] ?? .emptyArray).elements.map {
        "\($0["name"]?.string ?? "") \($0["image"]?.string ?? "")"
      }
    }
  }

  private func warn(of pod: Document, _ policy: PodSecurityPolicy, _ write: AdmissionWrite) {
    if let warnings = write.warnings, let violation = Self.violation(of: pod, policy.warn) {
      warnings.add(violation)
    }
    if let audit = write.audit, let violation = Self.violation(of: pod, policy.audit) {
      audit.annotate("pod-security.kubernetes.io/audit-violations", violation)
    }
  }

  private static func violation(of pod: Document, _ standard: PodSecurityStandard) -> String? {
    let review = PodSecurityReview(
      metadata: pod["metadata"], spec: pod["spec"] ?? .emptyObject, against: standard)
    return review.isAllowed
      ? nil : "would violate PodSecurity \"\(standard)\": \(review.details)"
  }

  // MARK: Namespaces

  private func admitNamespace(_ object: Document, _ write: AdmissionWrite) throws(APIError) {
    let new = PodSecurityPolicy(object[path: "metadata", "labels"])
    let old = write.old.map { PodSecurityPolicy($0[path: "metadata", "labels"]) }
    if !new.errors.isEmpty, new.errors != old?.errors {
      throw .invalid(.namespaces, write.name, new.errors.map(\.cause))
    }
    guard let old, let warnings = write.warnings, new.enforce != old.enforce,
      new.enforce.level != .privileged,
      new.enforce.minorVersion != old.enforce.minorVersion || new.enforce.level > old.enforce.level
    else { return }
    for warning in PodSecurityWarnings(pods(write.name), in: write.name, against: new.enforce).all {
      warnings.add(warning)
    }
  }
}

/// What is told of the pods that a namespace holds when it becomes stricter: they go on running.
struct PodSecurityWarnings {
  private(set) var all: [String] = []

  /// More pods than these are not looked at, as upstream: the request waits for the answer.
  private static let podsMax = 3_000

  init(_ pods: [Document], in namespace: String, against standard: PodSecurityStandard) {
    var namesByReason: [String: [String]] = [:]
    for pod in pods.prefix(Self.podsMax) {
      let review = PodSecurityReview(
        metadata: pod["metadata"], spec: pod["spec"] ?? .emptyObject, against: standard)
      guard !review.isAllowed else { continue }
      namesByReason[review.reasons, default: []].append(
        pod[path: "metadata", "name"]?.string ?? "")
    }
    if pods.count > Self.podsMax {
      all.append(
        "new PodSecurity enforce level only checked against the first \(Self.podsMax) of "
          + "\(pods.count) existing pods")
    }
    guard !namesByReason.isEmpty else { return }
    all.append(
      "existing pods in namespace \"\(namespace)\" violate the new PodSecurity enforce level "
        + "\"\(standard)\"")
    all += namesByReason.map { reason, names in Self.subject(names) + ": \(reason)" }.sorted()
  }

  /// `a`, `a (and 1 other pod)`.
  private static func subject(_ names: [String]) -> String {
    let first = names.min() ?? ""
    switch names.count {
    case 1: return first
    case 2: return "\(first) (and 1 other pod)"
    default: return "\(first) (and \(names.count - 1) other pods)"
    }
  }
}
