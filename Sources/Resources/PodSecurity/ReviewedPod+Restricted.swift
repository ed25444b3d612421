/// What the restricted level asks beyond the baseline.
/// Source: Kubernetes documentation, "Pod Security Standards", "Restricted".
extension ReviewedPod {
  var privilegeEscalation: Violation? {
    if minor >= 25, isForWindows { return nil }
    let names = names { context, _ in context["allowPrivilegeEscalation"]?.bool != false }
    guard !names.isEmpty else { return nil }
    return Violation(
      reason: "allowPrivilegeEscalation != false",
      detail: "\(Self.containers(names)) must set securityContext.allowPrivilegeEscalation=false")
  }

  var restrictedCapabilities: Violation? {
    if minor >= 25, isForWindows { return nil }
    func list(_ context: Document, _ member: String) -> [String] {
      (context[path: "capabilities", member] ?? .emptyArray).elements.compactMap(\.string)
    }
    let keeping = names { context, _ in !list(context, "drop").contains("ALL") }
    var added: Set<String> = []
    let adding = names { context, _ in
      let more = list(context, "add").filter { $0 != "NET_BIND_SERVICE" }
      added.formUnion(more)
      return !more.isEmpty
    }
    var details: [String] = []
    if !keeping.isEmpty {
      details.append(
        "\(Self.containers(keeping)) must set securityContext.capabilities.drop=[\"ALL\"]")
    }
    if !adding.isEmpty {
      details.append(
        "\(Self.containers(adding)) must not include \(Self.quoted(added.sorted())) in "
          + "securityContext.capabilities.add")
    }
    guard !details.isEmpty else { return nil }
    return Violation(
      reason: "unrestricted capabilities", detail: details.joined(separator: "; "))
  }

  private static let allowedVolumes = [
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim",
    "projected", "secret",
  ]

  var volumeTypes: Violation? {
    let bad = (spec["volumes"] ?? .emptyArray).elements.filter { volume in
      !Self.allowedVolumes.contains { volume[$0] != nil }
    }
    guard !bad.isEmpty else { return nil }
    let types = Set(
      bad.map { volume in volume.members.first { $0.name != "name" }?.name ?? "unknown" })
    return Violation(
      reason: "restricted volume types",
      detail: Self.counted("volume", bad.map { $0["name"]?.string ?? "" })
        + (bad.count == 1 ? " uses " : " use ")
        + Self.counted("restricted volume type", types.sorted()))
  }

  var nonRoot: Violation? {
    if hasOwnUsers { return nil }
    let ofPod = context["runAsNonRoot"]?.bool
    let reason = "runAsNonRoot != true"
    let setters = Self.setters(
      pod: ofPod == false, names { context, _ in context["runAsNonRoot"]?.bool == false })
    if !setters.isEmpty {
      return Violation(
        reason: reason, detail: "\(setters) must not set securityContext.runAsNonRoot=false")
    }
    guard ofPod != true else { return nil }
    let silent = names { context, _ in context["runAsNonRoot"]?.bool == nil }
    guard !silent.isEmpty else { return nil }
    return Violation(
      reason: reason,
      detail: "pod or \(Self.containers(silent)) must set securityContext.runAsNonRoot=true")
  }

  var rootUser: Violation? {
    if hasOwnUsers { return nil }
    let setters = Self.setters(
      pod: context["runAsUser"]?.integer == 0,
      names { context, _ in context["runAsUser"]?.integer == 0 })
    guard !setters.isEmpty else { return nil }
    return Violation(reason: "runAsUser=0", detail: "\(setters) must not set runAsUser=0")
  }
}
