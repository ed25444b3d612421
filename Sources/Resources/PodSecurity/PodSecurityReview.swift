/// What a pod does that a standard does not allow. Pure.
/// Source: Kubernetes documentation, "Pod Security Standards"; the words are upstream's.
package struct PodSecurityReview: Sendable {
  package struct Violation: Equatable, Sendable {
    package let reason: String
    package let detail: String
  }

  package let violations: [Violation]

  package var isAllowed: Bool { violations.isEmpty }

  /// `privileged, hostPort`.
  package var reasons: String { violations.map(\.reason).joined(separator: ", ") }

  /// With what is wrong in parentheses.
  package var details: String {
    violations.map { $0.detail.isEmpty ? $0.reason : "\($0.reason) (\($0.detail))" }
      .joined(separator: ", ")
  }

  /// - Parameters:
  ///   - metadata: of the pod, or of the template it is made from.
  ///   - spec: a PodSpec.
  package init(metadata: Document?, spec: Document, against standard: PodSecurityStandard) {
    guard standard.level != .privileged else {
      violations = []
      return
    }
    let minor = standard.minorVersion ?? .max
    let pod = ReviewedPod(metadata: metadata, spec: spec, minor: minor)
    // In the order of upstream's names for the checks.
    let isRestricted = standard.level == .restricted
    var found: [Violation?] = [pod.appArmor]
    if !isRestricted || minor < 22 { found.append(pod.addedCapabilities) }
    found.append(pod.hostNamespaces)
    if !isRestricted { found.append(pod.hostPaths) }
    found += [pod.hostPorts, minor >= 34 ? pod.probedHosts : nil, pod.privileged]
    if !isRestricted || minor < 35 { found.append(pod.processMount(isStrict: false)) }
    found.append(pod.seLinux)
    if !isRestricted || minor < 19 { found.append(pod.seccomp) }
    found += [pod.sysctls, pod.windowsHostProcess]
    if isRestricted {
      found += [
        minor >= 8 ? pod.privilegeEscalation : nil,
        minor >= 22 ? pod.restrictedCapabilities : nil,
        minor >= 35 ? pod.processMount(isStrict: true) : nil,
        pod.volumeTypes, pod.nonRoot, minor >= 23 ? pod.rootUser : nil,
        minor >= 19 ? pod.restrictedSeccomp : nil,
      ]
    }
    violations = found.compactMap { $0 }
  }
}

/// A pod as the checks look at it.
struct ReviewedPod {
  let annotations: Document
  let spec: Document
  let context: Document
  /// Of the standard; as large as can be for the latest.
  let minor: Int
  /// Init containers first, debug containers last.
  let containers: [Document]

  init(metadata: Document?, spec: Document, minor: Int) {
    annotations = metadata?["annotations"] ?? .emptyObject
    self.spec = spec
    context = spec["securityContext"] ?? .emptyObject
    self.minor = minor
    containers = ["initContainers", "containers", "ephemeralContainers"].flatMap {
      (spec[$0] ?? .emptyArray).elements.map { $0 }
    }
  }

  typealias Violation = PodSecurityReview.Violation

  var isForWindows: Bool { spec[path: "os", "name"] == "windows" }
  /// Root in the pod is nobody outside it.
  var hasOwnUsers: Bool { minor >= 35 && spec["hostUsers"]?.bool == false }

  /// The names of containers of which something is true.
  func names(where isBad: (_ securityContext: Document, _ container: Document) -> Bool) -> [String]
  {
    containers.filter { isBad($0["securityContext"] ?? .emptyObject, $0) }
      .map { $0["name"]?.string ?? "" }
  }

  /// `container "a"`, `containers "a", "b"`.
  static func containers(_ names: [String]) -> String { counted("container", names) }

  static func counted(_ noun: String, _ names: [String]) -> String {
    "\(names.count == 1 ? noun : noun + "s") \(quoted(names))"
  }

  static func quoted(_ texts: [String]) -> String {
    texts.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  /// `pod and containers "a", "b"`; empty where nobody is to blame.
  static func setters(pod isPod: Bool, _ containers: [String]) -> String {
    ((isPod ? ["pod"] : []) + (containers.isEmpty ? [] : [Self.containers(containers)]))
      .joined(separator: " and ")
  }
}
