package import Foundations
package import Resources

/// What a node says of itself in its Node object. Pure.
package struct NodeDescription: Sendable {
  package var name: String
  package var addresses: [String]
  package var facts: NodeFacts
  package var runtimeVersion: String
  package var version: String
  package var servingPort: Int
  package var podsMax: Int
  /// One sentence why the node cannot run pods; `nil` when it can.
  package var problem: String?
  /// What the node is short of, with the thresholds that were passed.
  package var pressures: [NodePressure: String] = [:]
  package var images: [(names: [String], byteCount: Int)] = []

  package init(
    name: String, addresses: [String], facts: NodeFacts, runtimeVersion: String, version: String,
    servingPort: Int, podsMax: Int, problem: String?
  ) {
    self.name = name
    self.addresses = addresses
    self.facts = facts
    self.runtimeVersion = runtimeVersion
    self.version = version
    self.servingPort = servingPort
    self.podsMax = podsMax
    self.problem = problem
  }

  /// Labels that every node has. Source: Kubernetes documentation, "Well-Known Labels".
  package var labels: [String: String] {
    [
      "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
      "kubernetes.io/arch": facts.architecture, "beta.kubernetes.io/os": "linux",
      "beta.kubernetes.io/arch": facts.architecture,
    ]
  }

  /// The object to register with.
  package func node(now: Timestamp) -> Document {
    [
      "apiVersion": "v1", "kind": "Node",
      "metadata": ["name": Document(name), "labels": labels.asDocument],
      "spec": .emptyObject, "status": status(after: nil, now: now),
    ]
  }

  /// The status as it should stand.
  /// - Parameter old: the status as it stands: conditions that stay keep their transition times.
  package func status(after old: Document?, now: Timestamp) -> Document {
    var status = old ?? .emptyObject
    status["capacity"] = capacity
    status["allocatable"] = capacity
    status["conditions"] = conditions(after: old?["conditions"], now: now)
    status["addresses"] = Document(
      addresses.map { ["type": "InternalIP", "address": Document($0)] as Document }
        + [["type": "Hostname", "address": Document(name)]])
    status["daemonEndpoints"] = ["kubeletEndpoint": ["Port": Document(servingPort)]]
    status["nodeInfo"] = [
      "machineID": Document(facts.machineID), "systemUUID": Document(facts.machineID),
      "bootID": Document(facts.bootID), "kernelVersion": Document(facts.kernelVersion),
      "osImage": Document(facts.osImage), "containerRuntimeVersion": Document(runtimeVersion),
      "kubeletVersion": Document(version), "kubeProxyVersion": "",
      "operatingSystem": "linux", "architecture": Document(facts.architecture),
    ]
    status["images"] =
      images.isEmpty
      ? nil
      : Document(
        images.prefix(Self.imagesMax).map { image -> Document in
          [
            "names": Document(image.names.map { Document($0) }),
            "sizeBytes": Document(image.byteCount),
          ]
        })
    return status
  }

  /// Images that a node lists. Source: upstream's `nodeStatusMaxImages`.
  private static let imagesMax = 50

  private var capacity: Document {
    [
      "cpu": Document(String(facts.cpuCount)), "memory": Document("\(facts.memory / 1024)Ki"),
      "ephemeral-storage": Document("\(facts.disk / 1024)Ki"), "pods": Document(String(podsMax)),
      "hugepages-1Gi": "0", "hugepages-2Mi": "0",
    ]
  }

  private func conditions(after old: Document?, now: Timestamp) -> Document {
    let wanted: [(type: String, holds: Bool, reason: String, message: String)] =
      NodePressure.allCases.map { pressure in
        let causes = pressures[pressure]
        return (
          pressure.rawValue, causes != nil, pressure.reason(holds: causes != nil),
          pressure.message(causes: causes)
        )
      } + [
        (
          "Ready", problem == nil, problem == nil ? "KubeletReady" : "KubeletNotReady",
          problem ?? "kubelet is posting ready status"
        )
      ]
    return Document(
      wanted.map { condition -> Document in
        let status: Document = condition.holds ? "True" : "False"
        let before = old?.elements.first { $0["type"]?.string == condition.type }
        let hasChanged = before?["status"] != status
        return [
          "type": Document(condition.type), "status": status,
          "lastHeartbeatTime": Document(now.description),
          "lastTransitionTime": hasChanged
            ? Document(now.description)
            : before?["lastTransitionTime"] ?? Document(now.description),
          "reason": Document(condition.reason), "message": Document(condition.message),
        ]
      })
  }
}
