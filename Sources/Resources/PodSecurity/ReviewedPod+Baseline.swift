/// What the baseline level asks.
/// Source: Kubernetes documentation, "Pod Security Standards", "Baseline".
extension ReviewedPod {
  private static let appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/"

  var appArmor: Violation? {
    var values: Set<String> = []
    func isBad(_ context: Document) -> Bool {
      guard let profile = context["appArmorProfile"] else { return false }
      let type = profile["type"]?.string ?? ""
      if type == "RuntimeDefault" || type == "Localhost" { return false }
      values.insert(type)
      return true
    }
    let isPodBad = isBad(context)
    let names = names { context, _ in isBad(context) }
    let bad = annotations.members.filter { name, value in
      let value = value.string ?? ""
      return name.hasPrefix(Self.appArmorPrefix) && !value.isEmpty && value != "runtime/default"
        && !value.hasPrefix("localhost/")
    }.map { "\($0)=\"\($1.string ?? "")\"" }.sorted()
    var setters = [Self.setters(pod: isPodBad, names)].filter { !$0.isEmpty }
    if !bad.isEmpty { setters.append(bad.count == 1 ? "annotation" : "annotations") }
    guard !setters.isEmpty else { return nil }
    let all = values.sorted() + bad
    return Violation(
      reason: all.count == 1 ? "forbidden AppArmor profile" : "forbidden AppArmor profiles",
      detail: "\(setters.joined(separator: " and ")) must not set AppArmor profile type to "
        + Self.quoted(all))
  }

  private static let defaultCapabilities: Set<String> = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
    "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
  ]

  var addedCapabilities: Violation? {
    var added: Set<String> = []
    let names = names { context, _ in
      let more = (context[path: "capabilities", "add"] ?? .emptyArray).elements
        .compactMap(\.string).filter { !Self.defaultCapabilities.contains($0) }
      added.formUnion(more)
      return !more.isEmpty
    }
    guard !names.isEmpty else { return nil }
    return Violation(
      reason: "non-default capabilities",
      detail: "\(Self.containers(names)) must not include \(Self.quoted(added.sorted())) in "
        + "securityContext.capabilities.add")
  }

  var hostNamespaces: Violation? {
    let used = ["hostNetwork", "hostPID", "hostIPC"].filter { spec[$0]?.bool == true }
    guard !used.isEmpty else { return nil }
    return Violation(
      reason: "host namespaces", detail: used.map { "\($0)=true" }.joined(separator: ", "))
  }

  private var volumes: [Document] { (spec["volumes"] ?? .emptyArray).elements.map { $0 } }

  var hostPaths: Violation? {
    let names = volumes.filter { $0["hostPath"] != nil }.map { $0["name"]?.string ?? "" }
    guard !names.isEmpty else { return nil }
    return Violation(reason: "hostPath volumes", detail: Self.counted("volume", names))
  }

  var hostPorts: Violation? {
    var ports: Set<String> = []
    let names = names { _, container in
      let used = (container["ports"] ?? .emptyArray).elements.compactMap { $0["hostPort"]?.integer }
        .filter { $0 != 0 }
      ports.formUnion(used.map { "\($0)" })
      return !used.isEmpty
    }
    guard !names.isEmpty else { return nil }
    return Violation(
      reason: "hostPort",
      detail: "\(Self.containers(names)) \(names.count == 1 ? "uses" : "use") "
        + "\(ports.count == 1 ? "hostPort" : "hostPorts") "
        + ports.sorted().joined(separator: ", "))
  }

  var probedHosts: Violation? {
    var hosts: Set<String> = []
    let names = names { _, container in
      let handlers =
        ["livenessProbe", "readinessProbe", "startupProbe"].map { container[$0] }
        + ["postStart", "preStop"].map { container[path: "lifecycle", $0] }
      let found = handlers.flatMap { handler in
        ["httpGet", "tcpSocket"].compactMap { handler?[path: $0, "host"]?.string }
      }.filter { !$0.isEmpty }
      hosts.formUnion(found)
      return !found.isEmpty
    }
    guard !names.isEmpty else { return nil }
    let noun = "probe or lifecycle host"
    return Violation(
      reason: noun,
      detail: "\(Self.containers(names.sorted())) \(names.count == 1 ? "uses" : "use") "
        + Self.counted(noun, hosts.sorted()))
  }

  var privileged: Violation? {
    let names = names { context, _ in context["privileged"]?.bool == true }
    guard !names.isEmpty else { return nil }
    return Violation(
      reason: "privileged",
      detail: "\(Self.containers(names)) must not set securityContext.privileged=true")
  }

  /// - Parameter isStrict: also for pods with users of their own.
  func processMount(isStrict: Bool) -> Violation? {
    if !isStrict, hasOwnUsers { return nil }
    var types: Set<String> = []
    let names = names { context, _ in
      guard let type = context["procMount"]?.string, type != "Default" else { return false }
      types.insert(type)
      return true
    }
    guard !names.isEmpty else { return nil }
    return Violation(
      reason: "procMount",
      detail: "\(Self.containers(names)) must not set securityContext.procMount to "
        + Self.quoted(types.sorted()))
  }

  private var seLinuxTypes: Set<String> {
    let types: Set<String> = ["", "container_t", "container_init_t", "container_kvm_t"]
    return minor >= 31 ? types.union(["container_engine_t"]) : types
  }

  var seLinux: Violation? {
    var types: Set<String> = []
    var members: Set<String> = []
    func isBad(_ context: Document) -> Bool {
      guard let options = context["seLinuxOptions"] else { return false }
      let type = options["type"]?.string ?? ""
      let isTypeBad = !seLinuxTypes.contains(type)
      if isTypeBad { types.insert(type) }
      let set = ["user", "role"].filter { options[$0]?.string?.isEmpty == false }
      members.formUnion(set)
      return isTypeBad || !set.isEmpty
    }
    let isPodBad = isBad(context)
    let setters = Self.setters(pod: isPodBad, names { context, _ in isBad(context) })
    guard !setters.isEmpty else { return nil }
    var bad: [String] = types.isEmpty ? [] : [Self.counted("type", types.sorted())]
    bad += ["user", "role"].filter(members.contains).map { "\($0) may not be set" }
    return Violation(
      reason: "seLinuxOptions",
      detail: "\(setters) set forbidden securityContext.seLinuxOptions: "
        + bad.joined(separator: "; "))
  }

  private static let allowedSysctls: [(since: Int, names: Set<String>)] = [
    (
      0,
      [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
      ]
    ),
    (27, ["net.ipv4.ip_local_reserved_ports"]),
    (
      29,
      [
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
      ]
    ),
    (32, ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]),
  ]

  var sysctls: Violation? {
    let names = (context["sysctls"] ?? .emptyArray).elements.compactMap { $0["name"]?.string }
    let forbidden = names.filter { name in
      !Self.allowedSysctls.contains { minor >= $0.since && $0.names.contains(name) }
    }
    guard !forbidden.isEmpty else { return nil }
    return Violation(reason: "forbidden sysctls", detail: forbidden.joined(separator: ", "))
  }

  var windowsHostProcess: Violation? {
    func isBad(_ context: Document) -> Bool {
      context[path: "windowsOptions", "hostProcess"]?.bool == true
    }
    let setters = Self.setters(pod: isBad(context), names { context, _ in isBad(context) })
    guard !setters.isEmpty else { return nil }
    return Violation(
      reason: "hostProcess",
      detail: "\(setters) must not set securityContext.windowsOptions.hostProcess=true")
  }
}
