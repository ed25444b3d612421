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
