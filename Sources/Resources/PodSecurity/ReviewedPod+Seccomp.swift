/// System call filters, at both levels.
/// Source: Kubernetes documentation, "Pod Security Standards".
extension ReviewedPod {
  /// The baseline level: nobody asks for none.
  var seccomp: Violation? { minor >= 19 ? explicitSeccomp : annotatedSeccomp }

  private static let podAnnotation = "seccomp.security.alpha.kubernetes.io/pod"
  private static let containerAnnotation = "container.seccomp.security.alpha.kubernetes.io/"

  private var annotatedSeccomp: Violation? {
    let names =
      [Self.podAnnotation]
      + containers.map { Self.containerAnnotation + ($0["name"]?.string ?? "") }
    let bad = Set(names).compactMap { name -> String? in
      guard let value = annotations[name]?.string, value != "runtime/default",
        value != "docker/default", !value.hasPrefix("localhost/")
      else { return nil }
      return "\(name)=\"\(value)\""
    }.sorted()
    guard !bad.isEmpty else { return nil }
    return Violation(
      reason: "seccompProfile",
      detail: "forbidden \(bad.count == 1 ? "annotation" : "annotations") "
        + bad.joined(separator: ", "))
  }

  private static func isGood(_ context: Document) -> Bool? {
    (context["seccompProfile"]).map {
      ["RuntimeDefault", "Localhost"].contains($0["type"]?.string ?? "")
    }
  }

  private var explicitSeccomp: Violation? {
    var types: Set<String> = []
    func isBad(_ context: Document) -> Bool {
      guard Self.isGood(context) == false else { return false }
      types.insert(context[path: "seccompProfile", "type"]?.string ?? "")
      return true
    }
    let isPodBad = isBad(context)
    let setters = Self.setters(pod: isPodBad, names { context, _ in isBad(context) })
    guard !setters.isEmpty else { return nil }
    return Violation(
      reason: "seccompProfile",
      detail: "\(setters) must not set securityContext.seccompProfile.type to "
        + Self.quoted(types.sorted()))
  }

  /// The restricted level: everybody has one.
  var restrictedSeccomp: Violation? {
    if minor >= 25, isForWindows { return nil }
    if let explicitSeccomp { return explicitSeccomp }
    guard Self.isGood(context) != true else { return nil }
    let names = names { context, _ in Self.isGood(context) == nil }
    guard !names.isEmpty else { return nil }
    return Violation(
      reason: "seccompProfile",
      detail: "pod or \(Self.containers(names)) must set securityContext.seccompProfile.type to "
        + "\"RuntimeDefault\" or \"Localhost\"")
  }
}
