import Resources
import Testing

@Suite("What writers of built-in kinds are told")
struct ObjectWarningsTests {
  /// A kind, an object that is told of, where it is changed to be good, and what is told.
  struct Case: Sendable, CustomTestStringConvertible {
    let kind: (group: String, kind: String)
    let object: Document
    /// What takes the place of the object's members, so that nothing is told.
    let mended: Document
    let warning: String

    init(_ group: String, _ kind: String, _ object: Document, _ mended: Document, _ warning: String)
    {
      self.kind = (group, kind)
      self.object = object
      self.mended = mended
      self.warning = warning
    }

    var testDescription: String { "\(kind.kind): \(warning.prefix(60))" }
  }

  private static let networking = "networking.k8s.io"
  private static let storage = "storage.k8s.io"

  static let cases = services + volumes + configuration + networks + classes + workloads

  private static let services: [Case] = [
    Case(
      "", "Service", ["spec": ["externalIPs": ["192.0.2.1"], "type": "ClusterIP"]],
      ["spec": ["type": "ClusterIP"]],
      "spec.externalIPs is deprecated and may no longer be implemented in some clusters"),
    Case(
      "", "Service",
      ["spec": ["clusterIP": "None", "type": "ClusterIP", "sessionAffinity": "ClientIP"]],
      ["spec": ["clusterIP": "None", "type": "ClusterIP", "sessionAffinity": "None"]],
      "spec.SessionAffinity is ignored for headless services"),
    Case(
      "", "Service", ["spec": ["type": "ClusterIP", "externalName": "a.example"]],
      ["spec": ["type": "ExternalName", "externalName": "a.example"]],
      "spec.externalName is ignored when spec.type is not \"ExternalName\""),
    Case(
      "", "Service", ["spec": ["trafficDistribution": "PreferClose"]],
      ["spec": ["trafficDistribution": "PreferSameZone"]],
      "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\""),
    Case(
      "", "Service", ["spec": ["clusterIPs": ["10.0.0.1", "fd00:0::1"]]],
      ["spec": ["clusterIPs": ["10.0.0.1", "fd00::1"]]],
      "spec.clusterIPs[1]: IPv6 address \"fd00:0::1\" should be in RFC 5952 canonical format "
        + "(\"fd00::1\")"),
    Case(
      "", "Service", ["spec": ["loadBalancerSourceRanges": ["FD00::/64"]]],
      ["spec": ["loadBalancerSourceRanges": ["fd00::/64"]]],
      "spec.loadBalancerSourceRanges[0]: IPv6 CIDR value \"FD00::/64\" should be in RFC 5952 "
        + "canonical format (\"fd00::/64\")"),
  ]

  private static let volumes: [Case] = [
    Case(
      "", "PersistentVolume", ["spec": ["persistentVolumeReclaimPolicy": "Recycle"]],
      ["spec": ["persistentVolumeReclaimPolicy": "Retain"]],
      "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the "
        + "recommended approach is to use dynamic provisioning."),
    Case(
      "", "PersistentVolume", ["spec": ["storageos": .emptyObject]],
      ["spec": ["csi": .emptyObject]],
      "spec.storageOS: deprecated in v1.22, non-functional in v1.25+"),
    Case(
      "", "PersistentVolumeClaim",
      ["metadata": ["annotations": ["volume.beta.kubernetes.io/storage-class": "a"]]],
      ["metadata": ["annotations": ["other": "a"]]],
      "metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "
        + "\"storageClassName\" attribute instead"),
    Case(
      "", "PersistentVolumeClaim", ["spec": ["resources": ["requests": ["storage": "1500m"]]]],
      ["spec": ["resources": ["requests": ["storage": "2"]]]],
      "spec.resources.requests[storage]: fractional byte value \"1500m\" is invalid, must be an "
        + "integer"),
  ]

  private static let configuration: [Case] = [
    Case(
      "", "ServiceAccount",
      ["metadata": ["annotations": ["kubernetes.io/enforce-mountable-secrets": "true"]]],
      ["metadata": ["annotations": .emptyObject]],
      "metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer "
        + "separate namespaces to isolate access to mounted secrets"),
    Case(
      "", "ResourceQuota", ["spec": ["hard": ["cpu": "2", "limits.cpu": "1"]]],
      ["spec": ["hard": ["cpu": "1", "limits.cpu": "1"]]],
      "ResourceQuota cpu (2) should be less than limits.cpu (1)"),
    Case(
      "", "Node", ["spec": ["externalID": "x"]], ["spec": ["externalID": ""]],
      "spec.externalID: this field is deprecated, and is unused by Kubernetes"),
  ]

  private static let networks: [Case] = [
    Case(
      "", "Endpoints", ["subsets": [["addresses": [["ip": "fd00:0::1"]]]]],
      ["subsets": [["addresses": [["ip": "fd00::1"]]]]],
      "subsets[0].addresses[0].ip: IPv6 address \"fd00:0::1\" should be in RFC 5952 canonical format "
        + "(\"fd00::1\")"),
    Case(
      "discovery.k8s.io", "EndpointSlice", ["addressType": "FQDN"], ["addressType": "IPv4"],
      "spec.addressType: FQDN endpoints are deprecated"),
    Case(
      networking, "Ingress",
      ["metadata": ["annotations": ["kubernetes.io/ingress.class": "a"]]],
      [
        "metadata": ["annotations": ["kubernetes.io/ingress.class": "a"]],
        "spec": ["ingressClassName": "a"],
      ],
      "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' "
        + "instead"),
    Case(
      networking, "NetworkPolicy",
      ["spec": ["egress": [["to": [["ipBlock": ["cidr": "fd00:0::/64"]]]]]]],
      ["spec": ["egress": [["to": [["ipBlock": ["cidr": "fd00::/64"]]]]]]],
      "spec.egress[0].to[0].ipBlock.cidr: IPv6 CIDR value \"fd00:0::/64\" should be in RFC 5952 "
        + "canonical format (\"fd00::/64\")"),
  ]

  private static let classes: [Case] = [
    Case(
      "node.k8s.io", "RuntimeClass",
      ["scheduling": ["nodeSelector": ["beta.kubernetes.io/os": "linux"]]],
      ["scheduling": ["nodeSelector": ["kubernetes.io/os": "linux"]]],
      "scheduling.nodeSelector: deprecated since v1.14; use \"kubernetes.io/os\" instead"),
    Case(
      storage, "StorageClass",
      [
        "allowedTopologies": [
          ["matchLabelExpressions": [["key": "failure-domain.beta.kubernetes.io/zone"]]]
        ]
      ],
      ["allowedTopologies": [["matchLabelExpressions": [["key": "topology.kubernetes.io/zone"]]]]],
      "allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.17; use "
        + "\"topology.kubernetes.io/zone\" instead"),
    Case(
      storage, "CSIStorageCapacity",
      ["nodeTopology": ["matchLabels": ["node-role.kubernetes.io/master": ""]]],
      ["nodeTopology": ["matchLabels": ["node-role.kubernetes.io/control-plane": ""]]],
      "nodeTopology.matchLabels.node-role.kubernetes.io/master: use "
        + "\"node-role.kubernetes.io/control-plane\" instead"),
    Case(
      storage, "CSIDriver", ["spec": ["tokenRequests": [["audience": "a"]]]],
      ["spec": ["tokenRequests": [["audience": "a"]], "serviceAccountTokenInSecrets": false]],
      "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to "
        + "prevent possible logging of tokens in volume attributes"),
    Case(
      "admissionregistration.k8s.io", "ValidatingWebhookConfiguration",
      ["metadata": ["name": "a.static.k8s.io"]], ["metadata": ["name": "a.k8s.io"]],
      "metadata.name: names ending with \".static.k8s.io\" are reserved for static manifest-based "
        + "configurations and cannot be managed via the API"),
    Case(
      "resource.k8s.io", "ResourceSlice", ["spec": ["driver": "A.example"]],
      ["spec": ["driver": "a.example"]],
      "spec.driver: driver names should be lowercase; \"A.example\" contains uppercase characters"),
  ]

  private static let workloads: [Case] = [
    Case(
      "batch", "Job",
      [
        "metadata": ["name": "j"],
        "spec": ["completionMode": "Indexed", "completions": 100_001, "parallelism": 10_001],
      ],
      [
        "metadata": ["name": "j"],
        "spec": ["completionMode": "Indexed", "completions": 100_000, "parallelism": 10_001],
      ],
      "spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher "
        + "than 10^4, Kubernetes might not be able to track completedIndexes when a big number of "
        + "indexes fail"),
    Case(
      "apps", "StatefulSet", ["spec": ["revisionHistoryLimit": -1]],
      ["spec": ["revisionHistoryLimit": 0]],
      "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is "
        + "recommended"),
    Case(
      "apps", "Deployment", ["metadata": ["name": "a.b"]], ["metadata": ["name": "a-b"]],
      "metadata.name: this is used in Pod names and hostnames, which can result in surprising "
        + "behavior; a DNS label is recommended: [a lowercase RFC 1123 label must consist of lower "
        + "case alphanumeric characters or '-', and must start and end with an alphanumeric character "
        + "(e.g. 'my-name',  or '123-abc', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')]"),
  ]

  @Test(
    "a likely mistake is told of, in upstream's words, and what is no mistake is not",
    arguments: cases)
  func told(_ known: Case) throws {
    let rules = try #require(ObjectWarnings.rules(group: known.kind.group, kind: known.kind.kind))
    #expect(
      rules.warnings(of: known.object, replacing: nil, subresource: nil) == [known.warning])
    #expect(rules.warnings(of: known.mended, replacing: nil, subresource: nil) == [])
  }

  @Test("frequent kinds have no rules at all", arguments: ["ConfigMap", "Event", "Namespace"])
  func none(kind: String) {
    #expect(ObjectWarnings.rules(group: "", kind: kind) == nil)
  }

  @Test("an update is told of where it asks for something else than before")
  func updates() throws {
    let rules = try #require(ObjectWarnings.rules(group: "apps", kind: "Deployment"))
    let old: Document = [
      "metadata": ["name": "a.b", "generation": 1],
      "spec": ["template": ["spec": ["nodeSelector": ["beta.kubernetes.io/arch": "arm64"]]]],
    ]
    #expect(rules.warnings(of: old, replacing: old, subresource: nil) == [])
    var new = old
    new.set(2, at: ["metadata", "generation"])
    #expect(
      rules.warnings(of: new, replacing: old, subresource: nil) == [
        "spec.template.spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "
          + "\"kubernetes.io/arch\" instead"
      ])
    #expect(rules.warnings(of: new, replacing: old, subresource: "status") == [])
  }

  @Test("addresses in a status are told of by who writes the status")
  func statuses() throws {
    let rules = try #require(ObjectWarnings.rules(group: "", kind: "Service"))
    let service: Document = ["status": ["loadBalancer": ["ingress": [["ip": "FD00::1"]]]]]
    #expect(
      rules.warnings(of: service, replacing: service, subresource: "status") == [
        "status.loadBalancer.ingress[0]: IPv6 address \"FD00::1\" should be in RFC 5952 canonical "
          + "format (\"fd00::1\")"
      ])
    #expect(rules.warnings(of: service, replacing: service, subresource: nil) == [])
  }

  @Test("endpoints that a controller keeps are not looked at again")
  func kept() throws {
    let rules = try #require(ObjectWarnings.rules(group: "discovery.k8s.io", kind: "EndpointSlice"))
    var slice: Document = ["endpoints": [["addresses": ["fd00:0::1"]]]]
    #expect(rules.warnings(of: slice, replacing: nil, subresource: nil).count == 1)
    slice["metadata"] = [
      "labels": ["endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"]
    ]
    #expect(rules.warnings(of: slice, replacing: nil, subresource: nil) == [])
  }

  @Test(
    "deprecated versions are told of with what replaces them",
    arguments: [
      (
        "v1", "Endpoints",
        "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
      ),
      ("v1", "ComponentStatus", "v1 ComponentStatus is deprecated in v1.19+"),
      (
        "resource.k8s.io/v1beta2", "ResourceClaim",
        "resource.k8s.io/v1beta2 ResourceClaim is deprecated in v1.36+, unavailable in v1.39+"
      ),
      ("resource.k8s.io/v1", "ResourceClaim", nil), ("v1", "Pod", nil),
    ] as [(String, String, String?)])
  func deprecated(apiVersion: String, kind: String, warning: String?) {
    #expect(
      DeprecatedKind.warning(of: GroupVersionKind(apiVersion: apiVersion, kind: kind)) == warning)
  }
}
