import Foundations
import Testing

@testable import Resources

@Suite("Resource quotas")
struct QuotaTests {
  private static let pod: Document = [
    "metadata": ["name": "p"],
    "spec": [
      "containers": [
        ["name": "a", "resources": ["requests": ["cpu": "500m"], "limits": ["memory": "1Gi"]]],
        ["name": "b", "resources": ["requests": ["cpu": "250m", "example.com/gpu": 2]]],
      ],
      "initContainers": [
        ["name": "s", "restartPolicy": "Always", "resources": ["requests": ["cpu": "100m"]]],
        ["name": "i", "resources": ["requests": ["cpu": "2"]]],
      ], "overhead": ["cpu": "10m", "memory": "1Mi"],
    ],
  ]

  @Test("a pod takes its containers' sum or its largest start, and its overhead")
  func podUsage() {
    let usage = QuotaUsage.of(Self.pod, .pods)
    #expect(usage["requests.cpu"] == Quantity(milli: 2110))
    #expect(usage["cpu"] == usage["requests.cpu"])
    #expect(usage["limits.memory"].description == "1025Mi")
    #expect(usage["requests.example.com/gpu"] == Quantity(2))
    #expect(usage["pods"] == Quantity(1) && usage["count/pods"] == Quantity(1))
  }

  @Test("a pod that has ended is only counted as an object", arguments: ["Failed", "Succeeded"])
  func ended(phase: String) {
    var pod = Self.pod
    pod["status"] = ["phase": Document(phase)]
    #expect(QuotaUsage.of(pod, .pods) == ResourceList(["count/pods": Quantity(1)]))
  }

  @Test(
    "a Service takes node ports by its type",
    arguments: [("ClusterIP", 0, 0), ("NodePort", 2, 0), ("LoadBalancer", 2, 1)])
  func serviceUsage(type: String, nodePorts: Int, balancers: Int) {
    let usage = QuotaUsage.of(
      ["spec": ["type": Document(type), "ports": [["port": 1], ["port": 2]]]], .services)
    #expect(usage["services"] == Quantity(1))
    #expect(usage["services.nodeports"] == Quantity(nodePorts))
    #expect(usage["services.loadbalancers"] == Quantity(balancers))
  }

  @Test("a claim counts for all storage and for its class")
  func claimUsage() {
    let usage = QuotaUsage.of(
      [
        "spec": [
          "storageClassName": "fast", "resources": ["requests": ["storage": "3Gi"]],
        ]
      ], .persistentVolumeClaims)
    #expect(usage["requests.storage"].description == "3Gi")
    #expect(usage["fast.storageclass.storage.k8s.io/requests.storage"].description == "3Gi")
    #expect(usage["fast.storageclass.storage.k8s.io/persistentvolumeclaims"] == Quantity(1))
  }

  private func quota(_ hard: Document, _ spec: Document = .emptyObject) -> QuotaBounds {
    var spec = spec
    spec["hard"] = hard
    return QuotaBounds(["metadata": ["name": "q"], "spec": spec])
  }

  @Test("a quota counts only what fits all its scopes")
  func scopes() {
    var ending = Self.pod
    ending.set(5, at: ["spec", "activeDeadlineSeconds"])
    for (scope, fitting, other) in [
      ("Terminating", ending, Self.pod), ("NotTerminating", Self.pod, ending),
    ] {
      let quota = quota(["pods": 5], ["scopes": [Document(scope)]])
      #expect(quota.covers(fitting, .pods))
      #expect(!quota.covers(other, .pods))
    }
    let burstable = quota(["pods": 5], ["scopes": ["NotBestEffort", "NotTerminating"]])
    #expect(burstable.covers(Self.pod, .pods))
    #expect(!burstable.covers(ending, .pods))
    let important = quota(
      ["pods": 5],
      [
        "scopeSelector": [
          "matchExpressions": [
            ["scopeName": "PriorityClass", "operator": "In", "values": ["high"]]
          ]
        ]
      ])
    #expect(!important.covers(Self.pod, .pods))
    var high = Self.pod
    high.set("high", at: ["spec", "priorityClassName"])
    #expect(important.covers(high, .pods))
  }

  @Test("a claim is of the class it has, wants or is on its way to")
  func claimScopes() {
    func covers(_ name: String, _ values: [String], _ claim: Document) -> Bool {
      var requirement: Document = [
        "scopeName": "VolumeAttributesClass", "operator": Document(name),
      ]
      if !values.isEmpty { requirement["values"] = Document(values.map { Document($0) }) }
      return quota(
        ["persistentvolumeclaims": 5],
        ["scopeSelector": ["matchExpressions": [requirement]]]
      ).covers(claim, .persistentVolumeClaims)
    }
    let plain: Document = ["spec": ["resources": ["requests": ["storage": "1Gi"]]]]
    var gold = plain
    gold.set("gold", at: ["spec", "volumeAttributesClassName"])
    var moving = gold
    moving.set("silver", at: ["status", "modifyVolumeStatus", "targetVolumeAttributesClassName"])
    #expect(covers("In", ["gold"], gold) && !covers("In", ["silver"], gold))
    #expect(covers("In", ["silver"], moving) && !covers("NotIn", ["silver"], moving))
    #expect(!covers("In", ["gold"], plain) && covers("NotIn", ["gold"], plain))
    #expect(covers("Exists", [], gold) && !covers("Exists", [], plain))
    #expect(covers("DoesNotExist", [], plain) && !covers("DoesNotExist", [], gold))
  }

  @Test("what is used has every bound's name, also where nothing takes it")
  func used() {
    let quota = quota(["pods": 5, "services": 1, "requests.cpu": "4", "count/jobs.batch": 1])
    let used = quota.used(
      { $0 == .pods ? [Self.pod, Self.pod] : [] }, kinds: [.pods, .services, .jobs])
    #expect(used.text == "count/jobs.batch=0,pods=2,requests.cpu=4220m,services=0")
  }
}
