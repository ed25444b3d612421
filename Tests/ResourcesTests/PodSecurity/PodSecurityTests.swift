import Resources
import Testing

@Suite struct PodSecurityTests {
  private func reasons(
    _ level: PodSecurityLevel, minor: Int? = nil, annotations: Document = .emptyObject,
    _ spec: Document
  ) -> String {
    PodSecurityReview(
      metadata: ["annotations": annotations], spec: spec,
      against: PodSecurityStandard(level, minorVersion: minor)
    ).details
  }

  private func container(_ context: Document) -> Document {
    ["containers": [["name": "c", "image": "i", "securityContext": context]]]
  }

  private static let baselineSamples: [(Document, String)] = [
    (
      ["privileged": true],
      #"privileged (container "c" must not set securityContext.privileged=true)"#
    ),
    (
      ["capabilities": ["add": ["NET_RAW", "CHOWN"]]],
      #"non-default capabilities (container "c" must not include "NET_RAW" in securityContext.capabilities.add)"#
    ),
    (
      ["procMount": "Unmasked"],
      #"procMount (container "c" must not set securityContext.procMount to "Unmasked")"#
    ),
    (
      ["seLinuxOptions": ["type": "x", "user": "u"]],
      #"seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "x"; user may not be set)"#
    ),
    (
      ["seccompProfile": ["type": "Unconfined"]],
      #"seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")"#
    ),
    (
      ["appArmorProfile": ["type": "Unconfined"]],
      #"forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")"#
    ),
    (
      ["windowsOptions": ["hostProcess": true]],
      #"hostProcess (container "c" must not set securityContext.windowsOptions.hostProcess=true)"#
    ),
    (["runAsUser": 0], ""),
  ]

  @Test("the baseline names what a container may not ask for", arguments: baselineSamples)
  func baseline(_ context: Document, _ words: String) {
    #expect(reasons(.baseline, container(context)) == words)
    #expect(reasons(.privileged, container(context)) == "")
  }

  @Test("the baseline names what a pod may not ask for")
  func pods() {
    let spec: Document = [
      "hostNetwork": true, "hostIPC": true,
      "securityContext": ["sysctls": [["name": "kernel.msgmax"], ["name": "net.ipv4.tcp_rmem"]]],
      "volumes": [["name": "v", "hostPath": ["path": "/"]]],
      "containers": [
        ["name": "a", "ports": [["hostPort": 80], ["hostPort": 443]]],
        ["name": "b", "livenessProbe": ["httpGet": ["host": "h"]]],
      ],
    ]
    #expect(
      reasons(.baseline, spec)
        == #"host namespaces (hostNetwork=true, hostIPC=true), hostPath volumes (volume "v"), hostPort (container "a" uses hostPorts 443, 80), probe or lifecycle host (container "b" uses probe or lifecycle host "h"), forbidden sysctls (kernel.msgmax)"#
    )
    // As it was before the probes' hosts and some sysctls were thought of.
    let old = reasons(.baseline, minor: 30, spec)
    #expect(!old.contains("probe") && old.hasSuffix("(kernel.msgmax, net.ipv4.tcp_rmem)"))
  }

  @Test("the restricted level asks for more, and takes a pod's word for its containers")
  func restricted() {
    let context: Document = [
      "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]],
    ]
    var spec = container(context)
    spec["securityContext"] = ["runAsNonRoot": true, "seccompProfile": ["type": "Localhost"]]
    #expect(reasons(.restricted, spec) == "")
    spec["volumes"] = [
      ["name": "n", "nfs": .emptyObject], ["name": "e", "emptyDir": .emptyObject],
    ]
    #expect(
      reasons(.restricted, spec)
        == #"restricted volume types (volume "n" uses restricted volume type "nfs")"#)
    spec["volumes"] = nil
    spec.set(0, at: ["securityContext", "runAsUser"])
    #expect(reasons(.restricted, spec) == "runAsUser=0 (pod must not set runAsUser=0)")
    #expect(reasons(.restricted, minor: 22, spec) == "")
    spec["hostUsers"] = false
    #expect(reasons(.restricted, spec) == "")
  }

  @Test("what is said about a container twice is said once, in the stricter words")
  func overridden() {
    let words = reasons(.restricted, container(["capabilities": ["add": ["NET_RAW"]]]))
    #expect(!words.contains("non-default capabilities"))
    #expect(words.contains("unrestricted capabilities"))
  }

  @Test("annotations of former times count")
  func annotations() {
    let spec = container(.emptyObject)
    #expect(
      reasons(
        .baseline,
        annotations: ["container.apparmor.security.beta.kubernetes.io/c": "unconfined"], spec
      )
      .hasPrefix("forbidden AppArmor profile (annotation must not set"))
    let seccomp: Document = ["seccomp.security.alpha.kubernetes.io/pod": "unconfined"]
    #expect(
      reasons(.baseline, minor: 18, annotations: seccomp, spec)
        == #"seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")"#
    )
    #expect(reasons(.baseline, minor: 19, annotations: seccomp, spec) == "")
  }

  // MARK: Labels

  private func policy(_ labels: [String: String]) -> PodSecurityPolicy {
    PodSecurityPolicy(
      Document(labels.map { ("pod-security.kubernetes.io/\($0)", Document($1)) }))
  }

  @Test("without labels everything is allowed; who enforces a level also warns of it")
  func defaults() {
    #expect(PodSecurityPolicy(nil).isPrivileged && policy([:]).isPrivileged)
    let enforced = policy(["enforce": "baseline", "enforce-version": "v1.30"])
    #expect(enforced.enforce.description == "baseline:v1.30")
    #expect(enforced.warn == enforced.enforce && enforced.audit.level == .privileged)
    let warned = policy(["enforce": "restricted", "warn": "baseline"])
    #expect(warned.warn.description == "baseline:latest")
  }

  @Test(
    "labels that say nothing readable enforce the strictest level and are reported",
    arguments: [
      (["enforce": "x"], "restricted:latest"), (["enforce-version": "1.30"], "privileged:latest"),
      (["enforce": "baseline", "enforce-version": "v1.030"], "baseline:latest"),
    ])
  func unreadable(_ labels: [String: String], _ enforced: String) {
    let policy = policy(labels)
    #expect(policy.errors.count == 1 && policy.enforce.description == enforced)
    #expect(!policy.isPrivileged)
  }
}
