import ContainerRuntimeInterface
import Resources
import Testing

@testable import NodeAgent

@Suite struct SecurityConfigurationTests {
  @Test("a container's own word goes before its pod's")
  func precedence() {
    let pod = Pod.sample {
      $0.spec.securityContext = PodSecurityContext([
        "runAsUser": 1000, "runAsGroup": 3000, "fsGroup": 2000, "supplementalGroups": [5],
        "seccompProfile": ["type": "RuntimeDefault"],
      ])
      $0.spec.containers[0].securityContext = SecurityContext([
        "runAsUser": 7, "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
        "capabilities": ["add": ["NET_ADMIN"], "drop": ["ALL"]],
      ])
    }
    let security = SecurityConfiguration.container(pod.spec.containers[0], in: pod)
    #expect(security.runAsUser.value == 7)
    #expect(security.runAsGroup.value == 3000)
    #expect(security.supplementalGroups == [5, 2000])
    #expect(security.noNewPrivs)
    #expect(security.readonlyRootfs)
    #expect(security.capabilities.addCapabilities == ["NET_ADMIN"])
    #expect(security.capabilities.dropCapabilities == ["ALL"])
    #expect(security.seccomp.profileType == .runtimeDefault)
    #expect(security.maskedPaths.contains("/proc/kcore"))
  }

  @Test("without a word, nothing is dropped but what the runtime drops")
  func defaults() {
    let pod = Pod.sample()
    let security = SecurityConfiguration.container(pod.spec.containers[0], in: pod)
    #expect(!security.hasRunAsUser && !security.noNewPrivs && !security.privileged)
    #expect(security.seccomp.profileType == .unconfined)
    #expect(security.namespaceOptions.pid == .container)
    #expect(security.namespaceOptions.network == .pod)
  }

  @Test("namespaces are the pod's, the host's, or another container's")
  func namespaces() {
    let host = Pod.sample {
      $0.spec.hostNetwork = true
      $0.spec.hostPID = true
      $0.spec.hostIPC = true
    }
    let options = SecurityConfiguration.namespaces(of: host, targetID: nil)
    #expect(options.network == .node && options.pid == .node && options.ipc == .node)
    let shared = Pod.sample { $0.spec.shareProcessNamespace = true }
    #expect(SecurityConfiguration.namespaces(of: shared, targetID: nil).pid == .pod)
    let target = SecurityConfiguration.namespaces(of: .sample(), targetID: "c1")
    #expect(target.pid == .target && target.targetID == "c1")
  }

  @Test(
    "root is refused where it must not be",
    arguments: [
      (nil, nil, "", true), (0, nil, "", true), (1, nil, "", false), (nil, 0, "", true),
      (nil, 5, "", false), (nil, nil, "nobody", true), (1, 0, "", false),
    ] as [(Int?, Int?, String, Bool)])
  func nonRoot(_ user: Int?, _ imageUser: Int?, _ imageUserName: String, _ isRefused: Bool) {
    let pod = Pod.sample {
      $0.spec.securityContext = PodSecurityContext(["runAsNonRoot": true])
      $0.spec.securityContext?.runAsUser = user
    }
    let verify = {
      try SecurityConfiguration.verifyNotRoot(
        pod.spec.containers[0], in: pod, imageUser: imageUser, imageUserName: imageUserName)
    }
    if isRefused {
      #expect(throws: ContainerSetupError.self, performing: verify)
    } else {
      #expect(throws: Never.self, performing: verify)
    }
  }
}
