import Resources
import Testing

@Suite("What writers of pods and templates are told")
struct PodWarningsTests {
  private func told(_ spec: String, annotations: String = "{}") throws -> [String] {
    let pod = try Document(
      json: "{\"metadata\":{\"name\":\"p\",\"annotations\":\(annotations)},\"spec\":{\(spec)}}")
    let rules = try #require(ObjectWarnings.rules(group: "", kind: "Pod"))
    return rules.warnings(of: pod, replacing: nil, subresource: nil)
  }

  @Test(
    "what is deprecated or likely a mistake is told of",
    arguments: [
      (
        #""nodeSelector":{"beta.kubernetes.io/os":"linux"}"#,
        #"spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead"#
      ),
      (
        #""topologySpreadConstraints":[{"topologyKey":"failure-domain.beta.kubernetes.io/zone","labelSelector":{}}]"#,
        #"spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead"#
      ),
      (
        #""topologySpreadConstraints":[{"topologyKey":"z"}]"#,
        "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod"
      ),
      (
        #""affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"podAffinityTerm":{}}]}}"#,
        "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod"
      ),
      (
        #""affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"beta.kubernetes.io/arch"}]}]}}}"#,
        #"spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead"#
      ),
      (
        #""volumes":[{"name":"v","gitRepo":{"repository":"r"}}]"#,
        "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+"
      ),
      (
        #""volumes":[{"name":"v","ephemeral":{"volumeClaimTemplate":{"spec":{"resources":{"requests":{"storage":"100m"}}}}}}]"#,
        #"spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer"#
      ),
      (
        #""volumes":[{"name":"v","configMap":{"name":"m","items":[{"key":"a","path":"d"},{"key":"b","path":"d/e"}]}}]"#,
        #"volume "v" (ConfigMap "m"): overlapping paths: "d/e" with "d""#
      ),
      (
        #""volumes":[{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t"}},{"secret":{"name":"s","items":[{"key":"a","path":"t"}]}}]}}]"#,
        #"volume "v" (Projected): overlapping paths: "t" (Secret "s") with "t" (ServiceAccountToken)"#
      ),
      (
        #""volumes":[{"name":"v","projected":{"sources":[{}]}}]"#,
        #"volume "v" (Projected) has no sources provided"#
      ),
      (
        #""hostAliases":[{"ip":"10.0.0.1"},{"ip":"10.0.0.1"}]"#,
        #"spec.hostAliases[1].ip: duplicate ip "10.0.0.1""#
      ),
      (
        #""imagePullSecrets":[{"name":"a"},{"name":"a"}]"#,
        #"spec.imagePullSecrets[1].name: duplicate name "a""#
      ),
      (#""imagePullSecrets":[{}]"#, #"spec.imagePullSecrets[0].name: invalid empty name """#),
      (
        #""overhead":{"memory":"1m"}"#,
        #"spec.overhead[memory]: fractional byte value "1m" is invalid, must be an integer"#
      ),
      (
        #""containers":[{"name":"c","resources":{"limits":{"memory":"128m"}}}]"#,
        #"spec.containers[0].resources.limits[memory]: fractional byte value "128m" is invalid, must be an integer"#
      ),
      (
        #""containers":[{"name":"c","env":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}]"#,
        #"spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply"#
      ),
      (
        #""initContainers":[{"name":"i","ports":[{"containerPort":80}]}],"containers":[{"name":"c","ports":[{"containerPort":80}]}]"#,
        "spec.containers[0].ports[0]: duplicate port definition with spec.initContainers[0].ports[0]"
      ),
      (
        #""containers":[{"name":"c","ports":[{"containerPort":80},{"containerPort":80,"hostPort":8080}]}]"#,
        "spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]"
      ),
      (
        #""containers":[{"name":"c","ports":[{"containerPort":80,"hostPort":80,"hostIP":"10.0.0.1"},{"containerPort":80,"hostPort":80}]}]"#,
        "spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]"
      ),
      (
        #""containers":[{"name":"c","ports":[{"containerPort":80,"name":"a"},{"containerPort":81,"name":"a"}]}]"#,
        #"spec.containers[0].ports[1]: duplicate port name "a" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]"#
      ),
      (
        #""containers":[{"name":"c","ports":[{"containerPort":80,"hostIP":"10.0.0.1"}]}]"#,
        "spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}"
      ),
      (
        #""terminationGracePeriodSeconds":-1"#,
        "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
      ),
      (
        #""dnsConfig":{"nameservers":["fd00:0::1"]}"#,
        #"spec.dnsConfig.nameservers[0]: IPv6 address "fd00:0::1" should be in RFC 5952 canonical format ("fd00::1")"#
      ),
    ])
  func mistakes(spec: String, warning: String) throws {
    #expect(try told(spec) == [warning])
  }

  @Test(
    "what only looks like it is not told of",
    arguments: [
      #""containers":[{"name":"c","env":[{"name":"A","value":"1"},{"name":"A","value":"$(A)2"}]}]"#,
      #""containers":[{"name":"c","resources":{"limits":{"memory":"128Mi","cpu":"100m"}}}]"#,
      #""containers":[{"name":"c","ports":[{"containerPort":80},{"containerPort":80,"protocol":"UDP"}]}]"#,
      #""containers":[{"name":"c","ports":[{"containerPort":80,"hostPort":1},{"containerPort":80,"hostPort":2}]}]"#,
      #""volumes":[{"name":"v","configMap":{"items":[{"key":"a","path":"d"},{"key":"b","path":"de"}]}}]"#,
      #""topologySpreadConstraints":[{"topologyKey":"z","labelSelector":{}}]"#,
      #""hostAliases":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}],"terminationGracePeriodSeconds":0"#,
    ])
  func plain(spec: String) throws {
    #expect(try told(spec) == [])
  }

  @Test("an annotation is told of until a field says the same")
  func annotations() throws {
    let appArmor = "container.apparmor.security.beta.kubernetes.io/c"
    let annotations = "{\"\(appArmor)\":\"runtime/default\"}"
    let containers = #""containers":[{"name":"c"}]"#
    #expect(
      try told(containers, annotations: annotations) == [
        "metadata.annotations[\(appArmor)]: deprecated since v1.30; use the \"appArmorProfile\" field "
          + "instead"
      ])
    let profile = #""securityContext":{"appArmorProfile":{"type":"RuntimeDefault"}}"#
    #expect(try told("\(containers),\(profile)", annotations: annotations) == [])
    #expect(
      try told("", annotations: #"{"scheduler.alpha.kubernetes.io/critical-pod":""}"#) == [
        "metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; "
          + "use the \"priorityClassName\" field instead"
      ])
  }

  @Test("an update of a pod is never told of")
  func updates() throws {
    let pod: Document = ["spec": ["terminationGracePeriodSeconds": -1]]
    let rules = try #require(ObjectWarnings.rules(group: "", kind: "Pod"))
    #expect(rules.warnings(of: pod, replacing: pod, subresource: nil) == [])
  }

  @Test(
    "of a pod that names thousands of ports or files, the first are compared",
    arguments: [
      (#""containers":[{"name":"c","ports":["#, #"{"containerPort":80}"#, "]}]"),
      (
        #""volumes":[{"name":"v","configMap":{"items":["#, #"{"key":"a","path":"d"}"#, "]}}]"
      ),
    ])
  func bounded(head: String, element: String, tail: String) throws {
    let elements = Array(repeating: element, count: 3_000).joined(separator: ",")
    #expect(try told(head + elements + tail).count == 256 * 255 / 2)
  }
}
