import Foundations

extension Defaulting {
  static func podTemplate(_ template: inout Document) { template.edit("spec") { podSpec(&$0) } }

  /// A pod's own, which the template of a workload does not take on.
  static func pod(_ spec: inout Document) {
    podSpec(&spec)
    spec.setDefault("enableServiceLinks", true)
    let isHostNetwork = spec["hostNetwork"]?.bool == true
    for list in ["initContainers", "containers", "ephemeralContainers"] {
      spec.editEach(list) { container in
        container.edit("resources") { requestsFromLimits(&$0) }
        if isHostNetwork { container.editEach("ports", hostPort) }
      }
    }
    podRequests(&spec)
  }

  /// A pod that has limits asks for what its containers do, and else for as much as it may have.
  private static func podRequests(_ spec: inout Document) {
    guard spec[path: "resources", "limits"]?.isEmpty == false else { return }
    var containers = spec
    containers.removeMember("overhead")
    let sum = ResourceList(podSpec: containers, "requests")
    spec.edit("resources") { resources in
      for name in ["cpu", "memory"] {
        guard let amount = sum.amounts[name], resources[path: "requests", name] == nil else {
          continue
        }
        resources.set(Document(amount.description), at: ["requests", name])
      }
      for (name, limit) in (resources["limits"] ?? .emptyObject).members
      where ["cpu", "memory"].contains(name) || name.hasPrefix("hugepages-") {
        if resources[path: "requests", name] == nil {
          resources.set(limit, at: ["requests", name])
        }
      }
    }
  }

  private static func hostPort(_ port: inout Document) {
    if port["hostPort"]?.integer ?? 0 == 0 { port["hostPort"] = port["containerPort"] }
  }

  private static func podSpec(_ spec: inout Document) {
    spec.setDefaultText("restartPolicy", "Always")
    spec.setDefault("terminationGracePeriodSeconds", 30)
    spec.setDefaultText("dnsPolicy", "ClusterFirst")
    copyServiceAccount(&spec)
    spec.setDefault("securityContext", .emptyObject)
    spec.setDefaultText("schedulerName", "default-scheduler")
    for list in ["initContainers", "containers", "ephemeralContainers"] {
      spec.editEach(list, container)
    }
    spec.editEach("volumes", volume)
  }

  /// The old and the new name of the same field hold the same.
  private static func copyServiceAccount(_ spec: inout Document) {
    if let name = spec["serviceAccountName"]?.string, !name.isEmpty {
      spec["serviceAccount"] = Document(name)
    } else if let name = spec["serviceAccount"]?.string, !name.isEmpty {
      spec["serviceAccountName"] = Document(name)
    }
  }

  private static func container(_ container: inout Document) {
    container.setDefaultText("terminationMessagePath", "/dev/termination-log")
    container.setDefaultText("terminationMessagePolicy", "File")
    container.setDefaultText(
      "imagePullPolicy", pullPolicy(ofImage: container["image"]?.string ?? ""))
    container.setDefault("resources", .emptyObject)
    container.editEach("ports") { $0.setDefaultText("protocol", "TCP") }
    container.editEach("env") { variable in
      variable.edit("valueFrom") { source in
        source.edit("fieldRef") { $0.setDefaultText("apiVersion", "v1") }
        source.edit("resourceFieldRef") { $0.setDefaultText("divisor", "0") }
      }
    }
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
      container.edit(name, probe)
    }
    container.edit("lifecycle") { lifecycle in
      for name in ["postStart", "preStop"] { lifecycle.edit(name, handler) }
    }
  }

  /// `Always` where the tag is `latest` or missing: such an image may be another one tomorrow.
  private static func pullPolicy(ofImage image: String) -> Document {
    if image.contains("@") { return "IfNotPresent" }
    let last = image.split(separator: "/").last ?? ""
    guard let colon = last.firstIndex(of: ":") else { return "Always" }
    return last[last.index(after: colon)...] == "latest" ? "Always" : "IfNotPresent"
  }

  private static func requestsFromLimits(_ resources: inout Document) {
    guard let limits = resources["limits"], !limits.isEmpty else { return }
    var requests = resources["requests"] ?? .emptyObject
    for (name, value) in limits.members { requests.setDefault(name, value) }
    resources["requests"] = requests
  }

  private static func probe(_ probe: inout Document) {
    // Zero says no more than nothing.
    for (name, value) in [
      ("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1),
      ("failureThreshold", 3),
    ] where probe[name]?.integer ?? 0 == 0 {
      probe[name] = Document(value)
    }
    handler(&probe)
    probe.edit("grpc") { $0.setDefault("service", "") }
  }

  private static func handler(_ handler: inout Document) {
    handler.edit("httpGet") {
      $0.setDefaultText("path", "/")
      $0.setDefaultText("scheme", "HTTP")
    }
  }

  static func volume(_ volume: inout Document) {
    if !volume.members.contains(where: { $0.name != "name" }) { volume["emptyDir"] = .emptyObject }
    for name in ["secret", "configMap", "downwardAPI", "projected"] {
      volume.edit(name) { $0.setDefault("defaultMode", 420) }
    }
    volume.edit("hostPath") { $0.setDefault("type", "") }
    volume.edit("iscsi", iscsi)
    volume.edit("azureDisk", azureDisk)
    volume.edit("image") { image in
      image.setDefaultText("pullPolicy", pullPolicy(ofImage: image["reference"]?.string ?? ""))
    }
    volume.edit("downwardAPI") { $0.editEach("items", downwardItem) }
    volume.edit("projected") { projected in
      projected.editEach("sources") { source in
        source.edit("serviceAccountToken") { $0.setDefault("expirationSeconds", 3600) }
        source.edit("downwardAPI") { $0.editEach("items", downwardItem) }
      }
    }
    volume.edit("ephemeral") { ephemeral in
      ephemeral.edit("volumeClaimTemplate") { template in
        template.edit("spec") { $0.setDefaultText("volumeMode", "Filesystem") }
      }
    }
  }

  private static func downwardItem(_ item: inout Document) {
    item.edit("fieldRef") { $0.setDefaultText("apiVersion", "v1") }
    item.edit("resourceFieldRef") { $0.setDefaultText("divisor", "0") }
  }
}
