import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct PodAdmissionTests {
  private func pod(_ names: [String], _ edit: (inout Pod) -> Void = { _ in }) -> Pod {
    .sample { pod in
      pod.spec.securityContext = PodSecurityContext([
        "sysctls": Document(names.map { ["name": Document($0), "value": "1"] as Document })
      ])
      edit(&pod)
    }
  }

  @Test("a node takes pods without kernel parameters, and with safe ones in either spelling")
  func safe() {
    #expect(PodAdmission.refusal(of: .sample()) == nil)
    #expect(
      PodAdmission.refusal(of: pod(["kernel.shm_rmid_forced", "net/ipv4/tcp_syncookies"])) == nil)
  }

  @Test("a node that is short of something takes only pods that the system needs")
  func pressure() {
    func isTaken(_ pressures: Set<NodePressure>, _ edit: (inout Pod) -> Void = { _ in }) -> Bool {
      PodAdmission.refusal(of: .sample(edit), pressures: pressures) == nil
    }
    let burstable: (inout Pod) -> Void = {
      $0.spec.document.set(
        [["name": "web", "resources": ["requests": ["memory": "1Mi"]]]], at: ["containers"])
    }
    func tolerant(_ toleration: Document) -> (inout Pod) -> Void {
      { $0.spec.tolerations = [Toleration(toleration)] }
    }
    let key = "node.kubernetes.io/memory-pressure"
    #expect(!isTaken([.disk]) && !isTaken([.disk], burstable))
    #expect(!isTaken([.memory]) && isTaken([.memory], burstable))
    #expect(!isTaken([.memory, .disk], burstable))
    #expect(isTaken([.memory], tolerant(["key": Document(key), "operator": "Exists"])))
    #expect(isTaken([.memory], tolerant(["operator": "Exists"])))
    #expect(isTaken([.memory], tolerant(["key": Document(key), "effect": "NoSchedule"])))
    #expect(
      !isTaken(
        [.memory], tolerant(["key": Document(key), "operator": "Exists", "effect": "NoExecute"])))
    #expect(!isTaken([.memory], tolerant(["key": "other", "operator": "Exists"])))
    #expect(isTaken([.memory, .disk, .processes]) { $0.spec.priority = 2_000_000_000 })
    #expect(
      PodAdmission.refusal(of: .sample(), pressures: [.disk, .memory])
        == .failed(
          reason: "Evicted",
          message: "Pod was rejected: The node had condition: [MemoryPressure DiskPressure]. "))
  }

  @Test("an unsafe kernel parameter ends the pod before it begins")
  func unsafe() {
    guard
      case .failed(let reason, let message) = PodAdmission.refusal(of: pod(["kernel.msgmax"]))
    else {
      Issue.record("the pod was taken")
      return
    }
    #expect(reason == "SysctlForbidden")
    #expect(message.contains("kernel.msgmax") && message.contains("not allowlisted"))
  }

  @Test("what the host shares with a pod, the pod may not set")
  func shared() {
    #expect(
      PodAdmission.refusal(of: pod(["net.ipv4.tcp_syncookies"]) { $0.spec.hostNetwork = true })
        != nil)
    #expect(
      PodAdmission.refusal(of: pod(["kernel.shm_rmid_forced"]) { $0.spec.hostIPC = true }) != nil)
    #expect(
      PodAdmission.refusal(of: pod(["net.ipv4.tcp_syncookies"]) { $0.spec.hostIPC = true }) == nil)
  }

  @Test("a pod of another operating system is refused")
  func system() {
    let windows = Pod.sample { $0.spec.document.set("windows", at: ["os", "name"]) }
    guard case .failed("PodOSNotSupported", _) = PodAdmission.refusal(of: windows) else {
      Issue.record("it was taken")
      return
    }
  }

  @Test("a port of the node belongs to one pod on one address")
  func hostPorts() {
    func pod(_ name: String, _ port: Int, ip: String = "", phase: String = "Running") -> Pod {
      .sample { pod in
        pod.metadata.uid = name
        pod.spec.document.set(
          [
            [
              "name": "c",
              "ports": [
                ["containerPort": 80, "hostPort": Document(port), "hostIP": Document(ip)]
              ],
            ]
          ], at: ["containers"])
        pod.status.phase = phase
      }
    }
    func reason(_ pod: Pod, _ other: Pod) -> String? {
      guard case .failed(let reason, _) = PodAdmission.refusal(of: pod, others: [other]) else {
        return nil
      }
      return reason
    }
    #expect(reason(pod("a", 8080), pod("b", 8080)) == "NodePorts")
    #expect(reason(pod("a", 8080), pod("b", 8081)) == nil)
    #expect(reason(pod("a", 8080, ip: "10.0.0.1"), pod("b", 8080)) == "NodePorts")
    #expect(reason(pod("a", 8080, ip: "10.0.0.1"), pod("b", 8080, ip: "10.0.0.2")) == nil)
    #expect(reason(pod("a", 8080), pod("b", 8080, phase: "Failed")) == nil)
  }

  @Test("a pod for which too little is left is refused, one that fits exactly is taken")
  func shortage() {
    func pod(_ cpu: String, _ phase: String = "Running") -> Pod {
      .sample {
        $0.spec.document.set(
          [["name": "web", "resources": ["requests": ["cpu": Document(cpu)]]]], at: ["containers"])
        $0.status.phase = phase
      }
    }
    func refusal(_ cpu: String, _ others: [Pod]) -> PodEnding? {
      PodAdmission.refusal(of: pod(cpu), allocatable: ["cpu": Quantity(1)], others: others)
    }
    #expect(refusal("300m", [pod("700m")]) == nil)
    guard case .failed("OutOfcpu", let message) = refusal("301m", [pod("700m")]) else {
      Issue.record("it was taken")
      return
    }
    #expect(message.hasSuffix("cpu, requested: 301, used: 700, capacity: 1000"))
    #expect(refusal("1", [pod("700m", "Failed")]) == nil)
  }

  @Test(
    "the first separator decides",
    arguments: [
      ("kernel/shm_rmid_forced", "kernel.shm_rmid_forced"),
      ("net.ipv4.conf.eth0/1.x", "net.ipv4.conf.eth0/1.x"),
      ("net/ipv4/conf/eth0.1/x", "net.ipv4.conf.eth0/1.x"), ("plain", "plain"),
    ])
  func spelling(_ written: String, _ dotted: String) {
    #expect(PodAdmission.dotted(written) == dotted)
  }
}
