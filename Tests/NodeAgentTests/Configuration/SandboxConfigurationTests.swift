import ContainerRuntimeInterface
import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct SandboxConfigurationTests {
  private let configuration = NodeAgentConfiguration(
    nodeName: "node-1", nodeAddresses: ["192.0.2.1"], logDirectory: "/logs")

  private func sandbox(_ edit: (inout Pod) -> Void) -> CRIPodSandboxConfig {
    SandboxConfiguration.make(
      for: .sample(edit), attempt: 2, configuration: configuration,
      host: ResolverConfiguration())
  }

  @Test("a sandbox carries the pod's name, and is found again by its labels")
  func identity() {
    let sandbox = sandbox { _ in }
    #expect(sandbox.metadata.name == "shop" && sandbox.metadata.attempt == 2)
    #expect(sandbox.labels[RuntimeLabels.podUID] == "uid-1")
    #expect(sandbox.labels["app"] == "shop")
    #expect(sandbox.logDirectory == "/logs/town_shop_uid-1")
    #expect(sandbox.hostname == "shop")
    #expect(sandbox.linux.cgroupParent == "/martlet/kubepods/besteffort/poduid-1")
    #expect(sandbox.dnsConfig.servers == ["10.43.0.10"])
  }

  @Test("host ports are mapped, but not on the host's own network")
  func ports() {
    let edit: (inout Pod) -> Void = {
      $0.spec.containers[0].ports = [
        ContainerPort(["containerPort": 80, "hostPort": 8080, "hostIP": "127.0.0.1"]),
        ContainerPort(["containerPort": 53, "hostPort": 5353, "protocol": "UDP"]),
        ContainerPort(["containerPort": 81]),
      ]
    }
    let mapped = sandbox(edit).portMappings
    #expect(mapped.map(\.hostPort) == [8080, 5353])
    #expect(mapped.map(\.protocol) == [.tcp, .udp])
    #expect(mapped[0].hostIp == "127.0.0.1")
    let onHost = sandbox {
      edit(&$0)
      $0.spec.hostNetwork = true
    }
    #expect(onHost.portMappings.isEmpty && onHost.hostname.isEmpty)
  }

  @Test("sysctls are handed on, and a privileged container needs such a sandbox")
  func security() {
    let sandbox = sandbox {
      $0.spec.securityContext = PodSecurityContext([
        "sysctls": [["name": "kernel.shm_rmid_forced", "value": "1"]], "runAsGroup": 5,
      ])
      $0.spec.containers[0].securityContext = SecurityContext(["privileged": true])
    }
    #expect(sandbox.linux.sysctls == ["kernel.shm_rmid_forced": "1"])
    #expect(sandbox.linux.securityContext.privileged)
    #expect(!sandbox.linux.securityContext.hasRunAsGroup)
  }
}
