import Resources
import Testing

/// Rules that several members of a pod take part in: each with what is right beside what is wrong.
@Suite("Rules of a pod's members together")
struct PodCombinationTests {
  private static let pod = ChangedObject(
    yaml: """
      {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default, labels: {x: z}}, spec: {
        serviceAccountName: default,
        containers: [{name: a, image: i, volumeMounts: [{name: v, mountPath: /v}]}],
        initContainers: [{name: init, image: i}],
        volumes: [{name: v, emptyDir: {}}, {name: c, persistentVolumeClaim: {claimName: c}}]}}
      """)

  private func check(_ entry: ChangeCase) throws {
    let causes = try Self.pod.causes(entry.change)
    #expect(causes == entry.causes)
  }

  @Test(
    "users of its own are at odds with the host's processes",
    arguments: [
      ChangeCase("{spec: {hostUsers: false}}"),
      ChangeCase("{spec: {hostUsers: true, hostPID: true}}"),
      ChangeCase("{spec: {hostUsers: false, hostPID: true}}", "Forbidden spec.HostPID"),
      ChangeCase("{spec: {hostUsers: false, hostIPC: true}}", "Forbidden spec.HostIPC"),
      ChangeCase("{spec: {hostUsers: false, hostNetwork: true}}", "Forbidden spec.hostNetwork"),
      ChangeCase(
        "{spec: {hostUsers: false, containers: [{name: a, volumeDevices: [{name: c, devicePath: /d}]}]}}",
        "Forbidden spec.containers[0].volumeDevices"),
      ChangeCase(
        "{spec: {hostUsers: false, containers: [{name: a, securityContext: {procMount: Unmasked}}]}}"
      ),
      ChangeCase(
        "{spec: {containers: [{name: a, securityContext: {procMount: Unmasked}}]}}",
        "Invalid spec.containers[0].securityContext.procMount"),
    ])
  func users(_ entry: ChangeCase) throws { try check(entry) }

  @Test(
    "each operating system has members of its own",
    arguments: [
      ChangeCase("{spec: {os: {name: linux}, hostPID: true, securityContext: {runAsUser: 1}}}"),
      ChangeCase("{spec: {os: {name: windows}, hostPID: false}}"),
      ChangeCase("{spec: {os: {name: beos}}}", "NotSupported spec.os"),
      ChangeCase("{spec: {os: {name: ''}}}", "Required spec.os.name"),
      ChangeCase(
        "{spec: {os: {name: linux}, securityContext: {windowsOptions: {runAsUserName: u}}}}",
        "Forbidden spec.securityContext.windowsOptions"),
      ChangeCase(
        "{spec: {os: {name: windows}, hostIPC: true, shareProcessNamespace: false, "
          + "securityContext: {fsGroup: 1, sysctls: [{name: a, value: b}]}}}",
        "Forbidden spec.hostIPC", "Forbidden spec.shareProcessNamespace",
        "Forbidden spec.securityContext.fsGroup", "Forbidden spec.securityContext.sysctls"),
      ChangeCase(
        "{spec: {os: {name: windows}, initContainers: [{name: init, securityContext: "
          + "{privileged: false, capabilities: {}}}]}}",
        "Forbidden spec.initContainers[0].securityContext.privileged",
        "Forbidden spec.initContainers[0].securityContext.capabilities"),
      ChangeCase(
        "{spec: {os: {name: windows}, resources: {limits: {cpu: 1}}}}", "Forbidden spec.resources"),
    ])
  func systems(_ entry: ChangeCase) throws { try check(entry) }

  @Test(
    "processes of a Windows host come all together, and with its network",
    arguments: [
      ChangeCase(
        "{spec: {hostNetwork: true, securityContext: {windowsOptions: {hostProcess: true}}}}"),
      ChangeCase(
        "{spec: {securityContext: {windowsOptions: {hostProcess: true}}}}",
        "Invalid spec.hostNetwork"),
      ChangeCase(
        "{spec: {hostNetwork: true, containers: [{name: a, securityContext: "
          + "{windowsOptions: {hostProcess: true}}}]}}", "Invalid spec"),
      ChangeCase(
        "{spec: {hostNetwork: true, securityContext: {windowsOptions: {hostProcess: false}}, "
          + "containers: [{name: a, securityContext: {windowsOptions: {hostProcess: true}}}]}}",
        "Invalid spec.containers[0].securityContext.windowsOptions.hostProcess", "Invalid spec"),
      ChangeCase("{spec: {securityContext: {windowsOptions: {runAsUserName: 'NT AUTHORITY\\s'}}}}"),
      ChangeCase(
        "{spec: {securityContext: {windowsOptions: {runAsUserName: 'a\\b\\c'}}}}",
        "Invalid spec.securityContext.windowsOptions.runAsUserName"),
      ChangeCase(
        "{spec: {securityContext: {windowsOptions: {gmsaCredentialSpec: ''}}}}",
        "Invalid spec.securityContext.windowsOptions.gmsaCredentialSpec"),
    ])
  func windows(_ entry: ChangeCase) throws { try check(entry) }

  @Test(
    "init containers that end are not probed; those that stay are",
    arguments: [
      ChangeCase(
        "{spec: {initContainers: [{name: init, restartPolicy: Always, "
          + "livenessProbe: {tcpSocket: {port: 1}}}]}}"),
      ChangeCase(
        "{spec: {initContainers: [{name: init, livenessProbe: {tcpSocket: {port: 1}}}]}}",
        "Forbidden spec.initContainers[0].livenessProbe"),
      ChangeCase(
        "{spec: {initContainers: [{name: init, restartPolicy: Always, livenessProbe: {}}]}}",
        "Required spec.initContainers[0].livenessProbe"),
      ChangeCase(
        "{spec: {initContainers: [{name: init, restartPolicy: Sometimes}]}}",
        "NotSupported spec.initContainers[0].restartPolicy"),
      ChangeCase(
        "{spec: {initContainers: [{name: a, image: i}]}}", "Duplicate spec.initContainers[0].name"),
    ])
  func initContainers(_ entry: ChangeCase) throws { try check(entry) }

  @Test(
    "rules of restarts say by which exit codes",
    arguments: [
      ChangeCase(
        "{spec: {containers: [{name: a, restartPolicy: Never, restartPolicyRules: "
          + "[{action: Restart, exitCodes: {operator: In, values: [1]}}]}]}}"),
      ChangeCase(
        "{spec: {containers: [{name: a, restartPolicyRules: "
          + "[{action: Restart, exitCodes: {operator: In, values: [1]}}]}]}}",
        "Required spec.containers[0].restartPolicy"),
      ChangeCase(
        "{spec: {containers: [{name: a, restartPolicy: Never, restartPolicyRules: "
          + "[{action: Restart}]}]}}",
        "Required spec.containers[0].restartPolicyRules[0].exitCodes"),
      ChangeCase(
        "{spec: {initContainers: [{name: init, restartPolicy: Always, restartPolicyRules: "
          + "[{action: Stop, exitCodes: {operator: Is, values: [1]}}]}]}}",
        "NotSupported spec.initContainers[0].restartPolicyRules[0].action",
        "NotSupported spec.initContainers[0].restartPolicyRules[0].exitCodes.operator"),
    ])
  func restarts(_ entry: ChangeCase) throws { try check(entry) }

  @Test(
    "a volume is mounted or a device, and only right ones are found",
    arguments: [
      ChangeCase("{spec: {containers: [{name: a, volumeDevices: [{name: c, devicePath: /d}]}]}}"),
      ChangeCase(
        "{spec: {containers: [{name: a, volumeDevices: [{name: v, devicePath: /d}]}]}}",
        "Invalid spec.containers[0].volumeDevices[0].name",
        "Invalid spec.containers[0].volumeDevices[0].name",
        "Invalid spec.containers[0].volumeMounts[0].name"),
      ChangeCase(
        "{spec: {containers: [{name: a, volumeDevices: [{name: c, devicePath: /v}]}]}}",
        "Invalid spec.containers[0].volumeDevices[0].devicePath",
        "Invalid spec.containers[0].volumeMounts[0].mountPath"),
      ChangeCase(
        "{spec: {containers: [{name: a, volumeDevices: [{name: c, devicePath: /a/../b}]}]}}",
        "Invalid spec.containers[0].volumeDevices[0].devicePath"),
      ChangeCase(
        "{spec: {volumes: [{name: v, emptyDir: {sizeLimit: '-1'}}]}}",
        "Forbidden spec.volumes[0].emptyDir.sizeLimit",
        "NotFound spec.containers[0].volumeMounts[0].name"),
      ChangeCase(
        "{spec: {volumes: [{name: v, emptyDir: {}, hostPath: {path: /x}}]}}",
        "Forbidden spec.volumes[0].hostPath", "NotFound spec.containers[0].volumeMounts[0].name"),
      ChangeCase(
        "{spec: {containers: [{name: a, volumeMounts: [{mountPath: /v, readOnly: true, "
          + "recursiveReadOnly: Enabled}]}]}}"),
      ChangeCase(
        "{spec: {containers: [{name: a, volumeMounts: [{mountPath: /v, recursiveReadOnly: Enabled, "
          + "mountPropagation: HostToContainer}]}]}}",
        "Forbidden spec.containers[0].volumeMounts.recursiveReadOnly",
        "Forbidden spec.containers[0].volumeMounts.recursiveReadOnly"),
      ChangeCase(
        "{spec: {volumes: [{name: e, ephemeral: {volumeClaimTemplate: {spec: "
          + "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}, "
          + "{name: c, persistentVolumeClaim: {claimName: p-e}}]}}",
        "Invalid spec.volumes[2].persistentVolumeClaim.claimName"),
      ChangeCase(
        "{spec: {volumes: [{name: s, secret: {secretName: s, items: [{key: k, path: ..a}]}}]}}",
        "Invalid spec.volumes[0].secret.items[0].path"),
      ChangeCase(
        "{spec: {volumes: [{name: s, secret: {secretName: s, items: [{key: k, path: a..}]}}]}}"),
    ])
  func volumes(_ entry: ChangeCase) throws { try check(entry) }

  @Test(
    "what a pod asks for as a whole holds what its containers do",
    arguments: [
      ChangeCase(
        "{spec: {resources: {requests: {cpu: 1}}, containers: [{name: a, resources: "
          + "{requests: {cpu: 1}}}]}}"),
      ChangeCase(
        "{spec: {resources: {requests: {cpu: 1}}, containers: [{name: a, resources: "
          + "{requests: {cpu: 1001m}}}]}}", "Invalid spec.resources.requests[cpu]"),
      ChangeCase(
        "{spec: {resources: {limits: {cpu: 1}}, containers: [{name: a, resources: "
          + "{limits: {cpu: 2}}}]}}",
        "Invalid spec.resources.containers[0][cpu].limits", "Invalid spec.resources.requests"),
      ChangeCase(
        "{spec: {resources: {requests: {ephemeral-storage: 1Gi}}}}",
        "NotSupported spec.resources.requests[ephemeral-storage]"),
      ChangeCase("{spec: {overhead: {cpu: 1}}}"),
      ChangeCase("{spec: {overhead: {cpu: '-1'}}}", "Invalid spec.overhead.limits[cpu]"),
      ChangeCase(
        "{spec: {containers: [{name: a, resources: {limits: {cpu: 1, hugepages-2Mi: 4Mi}}}]}}"),
      ChangeCase(
        "{spec: {containers: [{name: a, resources: {limits: {cpu: 1, hugepages-2Mi: 3Mi}}}]}}",
        "Invalid spec.containers[0].resources.limits[hugepages-2Mi]",
        "Invalid spec.containers[0].resources.requests[hugepages-2Mi]"),
      ChangeCase(
        "{spec: {containers: [{name: a, resources: {limits: {hugepages-2Mi: 2Mi}}}]}}",
        "Forbidden spec.containers[0].resources"),
      ChangeCase(
        "{spec: {restartPolicy: Never, containers: [{name: a, resizePolicy: "
          + "[{resourceName: cpu, restartPolicy: RestartContainer}]}]}}",
        "Invalid spec.containers[0].resizePolicy"),
    ])
  func resources(_ entry: ChangeCase) throws { try check(entry) }

  @Test(
    "claims of devices are the pod's, and taken once",
    arguments: [
      ChangeCase(
        "{spec: {resourceClaims: [{name: d, resourceClaimName: x}], containers: [{name: a, "
          + "resources: {claims: [{name: d, request: r}, {name: d, request: s}]}}]}}"),
      ChangeCase(
        "{spec: {resourceClaims: [{name: d, resourceClaimName: x}], containers: [{name: a, "
          + "resources: {claims: [{name: d, request: r}, {name: d, request: r}]}}]}}",
        "Duplicate spec.containers[0].resources.claims[1]"),
      ChangeCase(
        "{spec: {containers: [{name: a, resources: {claims: [{name: d}]}}]}}",
        "NotFound spec.containers[0].resources.claims[0]"),
      ChangeCase("{spec: {resourceClaims: [{name: d}]}}", "Invalid spec.resourceClaims[0]"),
      ChangeCase(
        "{spec: {resourceClaims: [{name: d, resourceClaimName: x, resourceClaimTemplateName: w}]}}",
        "Invalid spec.resourceClaims[0]"),
      ChangeCase(
        "{spec: {resourceClaims: [{name: d, resourceClaimName: Bad}]}}",
        "Invalid spec.resourceClaims[0].resourceClaimName"),
    ])
  func claims(_ entry: ChangeCase) throws { try check(entry) }

  @Test(
    "a key whose value is looked up is not asked for beside",
    arguments: [
      ChangeCase(
        "{spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: "
          + "ScheduleAnyway, labelSelector: {matchLabels: {a: b}}, matchLabelKeys: [x]}]}}"),
      ChangeCase(
        "{spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: "
          + "ScheduleAnyway, labelSelector: {matchLabels: {x: z}}, matchLabelKeys: [x]}]}}",
        "Invalid spec.topologySpreadConstraints[0][0]"),
      ChangeCase(
        "{spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: "
          + "ScheduleAnyway, matchLabelKeys: [x]}]}}",
        "Forbidden spec.topologySpreadConstraints[0].matchLabelKeys"),
      ChangeCase(
        "{spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
          + "{nodeSelectorTerms: []}}}}}",
        "Required spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
          + ".nodeSelectorTerms"),
    ])
  func labelKeys(_ entry: ChangeCase) throws { try check(entry) }

  @Test(
    "names from outside are names",
    arguments: [
      ChangeCase("{spec: {hostnameOverride: a.b}}"),
      ChangeCase(
        "{spec: {hostnameOverride: a, hostNetwork: true}}", "Forbidden spec.hostnameOverride"),
      ChangeCase(
        "{spec: {hostnameOverride: a, setHostnameAsFQDN: true}}", "Forbidden spec.hostnameOverride"),
      ChangeCase("{spec: {hostnameOverride: A}}", "Invalid spec.hostnameOverride"),
      ChangeCase("{spec: {hostnameOverride: \(String(repeating: "a", count: 64))}}"),
      ChangeCase(
        "{spec: {hostnameOverride: \(String(repeating: "a", count: 65))}}",
        "TooLong spec.hostnameOverride"),
      ChangeCase("{spec: {runtimeClassName: 'a b'}}", "Invalid spec.runtimeClassName"),
      ChangeCase("{spec: {priorityClassName: 'a b'}}", "Invalid spec.priorityClassName"),
      ChangeCase(
        "{spec: {containers: [{name: a, image: ' i'}]}}", "Invalid spec.containers[0].image"),
      ChangeCase(
        "{spec: {containers: [{name: a, envFrom: [{prefix: a=b, configMapRef: {name: c}}]}]}}",
        "Invalid spec.containers[0].envFrom[0].prefix"),
    ])
  func names(_ entry: ChangeCase) throws { try check(entry) }

  @Test(
    "annotations and fields say the same",
    arguments: [
      ChangeCase(
        "{metadata: {annotations: {controller.kubernetes.io/pod-deletion-cost: '-7'}}}"),
      ChangeCase(
        "{metadata: {annotations: {controller.kubernetes.io/pod-deletion-cost: '+7'}}}",
        "Invalid metadata.annotations[controller.kubernetes.io/pod-deletion-cost]"),
      ChangeCase(
        "{metadata: {annotations: {kubernetes.io/config.mirror: m}}}",
        "Invalid metadata.annotations[kubernetes.io/config.mirror]"),
      ChangeCase(
        "{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/a: "
          + "runtime/default}}, spec: {securityContext: {appArmorProfile: {type: RuntimeDefault}}}}"
      ),
      ChangeCase(
        "{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined}}, "
          + "spec: {containers: [{name: a, securityContext: {appArmorProfile: "
          + "{type: RuntimeDefault}}}]}}",
        "Forbidden spec.containers[0].securityContext.appArmorProfile.type"),
      ChangeCase(
        "{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/z: whatever}}}",
        "Invalid metadata.annotations[container.apparmor.security.beta.kubernetes.io/z]",
        "Invalid metadata.annotations[container.apparmor.security.beta.kubernetes.io/z]"),
      ChangeCase(
        "{metadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: localhost/../x}}}",
        "Invalid metadata.annotations.seccomp.security.alpha.kubernetes.io/pod"),
    ])
  func annotations(_ entry: ChangeCase) throws { try check(entry) }
}
