import Resources
import Testing

/// Rules that several members of services and workloads take part in: what is right beside what is
/// wrong.
@Suite("Rules of services' and workloads' members together")
struct WorkloadCombinationTests {
  private static let service = ChangedObject(
    yaml: """
      {apiVersion: v1, kind: Service, metadata: {name: s, namespace: default}, spec: {
        ports: [{port: 80}]}}
      """)
  private static let set = ChangedObject(
    yaml: """
      {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s, namespace: default}, spec: {
        selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {
          containers: [{name: c, image: i, volumeMounts: [{name: data, mountPath: /d}]}]}},
        volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce],
          resources: {requests: {storage: 1Gi}}}}]}}
      """)
  private static let job = ChangedObject(
    yaml: """
      {apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: default}, spec: {
        manualSelector: true, selector: {matchLabels: {a: b}}, template: {
          metadata: {labels: {a: b}},
          spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}
      """)
  private static let cronJob = ChangedObject(
    yaml: """
      {apiVersion: batch/v1, kind: CronJob, metadata: {name: j, namespace: default}, spec: {
        schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never,
          containers: [{name: c, image: i}]}}}}}}
      """)

  @Test(
    "addresses of a service are of its families",
    arguments: [
      ChangeCase("{spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4]}}"),
      ChangeCase(
        "{spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv6]}}",
        "Invalid spec.clusterIPs[0]"),
      ChangeCase(
        "{spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 'fd00::1'], ipFamilies: [IPv4, IPv6]}}"
      ),
      ChangeCase(
        "{spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 10.0.0.2]}}", "Invalid spec.clusterIPs"
      ),
      ChangeCase(
        "{spec: {clusterIP: 10.0.0.2, clusterIPs: [10.0.0.1]}}", "Invalid spec.clusterIPs"),
      ChangeCase("{spec: {clusterIP: None, clusterIPs: [None]}}"),
      ChangeCase(
        "{spec: {clusterIP: None, clusterIPs: [None, 10.0.0.1]}}", "Invalid spec.clusterIPs"),
      ChangeCase(
        "{spec: {type: NodePort, clusterIP: None, clusterIPs: [None]}}",
        "Invalid spec.clusterIPs[0]"),
      ChangeCase("{spec: {externalIPs: [169.254.1.1]}}", "Invalid spec.externalIPs[0]"),
      ChangeCase("{spec: {type: ExternalName, externalName: a.example.com.}}"),
      ChangeCase(
        "{spec: {type: ExternalName, externalName: a, clusterIPs: [10.0.0.1], "
          + "ipFamilyPolicy: SingleStack}}", "Forbidden spec.clusterIPs",
        "Forbidden spec.ipFamilyPolicy"),
    ])
  func addresses(_ entry: ChangeCase) throws {
    let causes = try Self.service.causes(entry.change)
    #expect(causes == entry.causes)
  }

  @Test(
    "ports of a service are its own, by number and protocol",
    arguments: [
      ChangeCase(
        "{spec: {type: NodePort, ports: [{port: 80, name: a, nodePort: 30000}, "
          + "{port: 80, name: b, protocol: UDP, nodePort: 30000}]}}"),
      ChangeCase(
        "{spec: {type: NodePort, ports: [{port: 80, name: a, nodePort: 30000}, "
          + "{port: 81, name: b, nodePort: 30000}]}}", "Duplicate spec.ports[1].nodePort"),
      ChangeCase(
        "{spec: {ports: [{port: 80, nodePort: 30000}]}}", "Forbidden spec.ports[0].nodePort"),
      ChangeCase(
        "{spec: {allocateLoadBalancerNodePorts: false}}",
        "Forbidden spec.allocateLoadBalancerNodePorts"),
      ChangeCase(
        "{spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: false, "
          + "loadBalancerSourceRanges: [' 10.0.0.0/8 ']}}"),
      ChangeCase(
        "{metadata: {annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: "
          + "'10.0.0.0/8, x'}}, spec: {type: LoadBalancer}}",
        "Invalid metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]"),
      ChangeCase(
        "{metadata: {annotations: {service.kubernetes.io/topology-mode: Auto, "
          + "service.kubernetes.io/topology-aware-hints: auto}}}",
        "Invalid metadata.annotations[service.kubernetes.io/topology-mode]"),
    ])
  func ports(_ entry: ChangeCase) throws {
    let causes = try Self.service.causes(entry.change)
    #expect(causes == entry.causes)
  }

  @Test(
    "pods of a set are named by it, and have its claims",
    arguments: [
      ChangeCase("{spec: {template: {spec: {hostname: NOT.A.NAME, subdomain: NEITHER}}}}"),
      ChangeCase("{metadata: {name: a.b}}", "Invalid metadata.name"),
      ChangeCase(
        "{spec: {volumeClaimTemplates: null}}",
        "NotFound spec.template.spec.containers[0].volumeMounts[0].name"),
      ChangeCase(
        "{spec: {updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}}}",
        "Invalid spec.updateStrategy.rollingUpdate"),
      ChangeCase(
        "{spec: {updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: -1}}}}",
        "Invalid spec.updateStrategy.rollingUpdate.partition"),
      ChangeCase(
        "{spec: {template: {spec: {ephemeralContainers: [{name: e, image: i}]}}}}",
        "Forbidden spec.template.spec.ephemeralContainers"),
      ChangeCase(
        "{spec: {template: {metadata: {annotations: {a b: c}}}}}",
        "Invalid spec.template.annotations"),
    ])
  func sets(_ entry: ChangeCase) throws {
    let causes = try Self.set.causes(entry.change)
    #expect(causes == entry.causes)
  }

  @Test(
    "pods of indexed Jobs are named by their index",
    arguments: [
      ChangeCase(
        "{metadata: {name: \(String(repeating: "j", count: 61))}, spec: {completionMode: Indexed, "
          + "completions: 10, parallelism: 1}}"),
      ChangeCase(
        "{metadata: {name: \(String(repeating: "j", count: 61))}, spec: {completionMode: Indexed, "
          + "completions: 11, parallelism: 1}}", "Invalid metadata.name"),
      ChangeCase("{metadata: {name: a.b}}"),
    ])
  func indexedJobs(_ entry: ChangeCase) throws {
    let causes = try Self.job.causes(entry.change)
    #expect(causes == entry.causes)
  }

  @Test(
    "Jobs of a CronJob select their pods themselves",
    arguments: [
      ChangeCase("{spec: {jobTemplate: {spec: {manualSelector: false}}}}"),
      ChangeCase(
        "{spec: {jobTemplate: {spec: {manualSelector: true, selector: {matchLabels: {a: b}}}}}}",
        "Invalid spec.jobTemplate.spec.selector",
        "NotSupported spec.jobTemplate.spec.manualSelector"),
    ])
  func cronJobs(_ entry: ChangeCase) throws {
    let causes = try Self.cronJob.causes(entry.change)
    #expect(causes == entry.causes)
  }

  @Test("an Ingress names its class once", arguments: ["a", "b"])
  func ingressClass(_ name: String) throws {
    let ingress = ChangedObject(
      yaml: """
        {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: default,
          annotations: {kubernetes.io/ingress.class: a}}, spec: {
          defaultBackend: {service: {name: s, port: {number: 80}}}}}
        """)
    let causes = try ingress.causes("{spec: {ingressClassName: \(name)}}")
    #expect(causes == (name == "a" ? [] : ["Invalid annotations.kubernetes.io/ingress.class"]))
  }
}
