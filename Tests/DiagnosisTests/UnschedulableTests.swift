import Diagnosis
import Resources
import Testing

@Suite("Pods that fit on no node")
struct UnschedulableTests {
  private func pod(_ spec: String, container: String = "") -> String {
    Sample.pod(
      state: "{}", spec: spec, container: container,
      owner: #"{"kind":"StatefulSet","name":"db","controller":true}"#,
      status:
        #""phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/1 nodes are available"}]"#
    )
  }

  private let plain = #""tolerations":[]"#

  private func remedy(_ objects: String...) throws -> String {
    var all = objects
    if !all.contains(where: { $0.contains(#""kind":"Node""#) }) { all.append(Sample.node()) }
    let found = Diagnosis.findings(
      in: try all.count == 2
        ? picture(all[0], all[1])
        : picture(all[0], all[1], all[2])
    ).filter { $0.code == .unschedulable }
    let only = try #require(found.first)
    #expect(found.count == 1 && only.reason == "0/1 nodes are available")
    #expect(only.subject.description == "StatefulSet n/db")
    return only.remedy
  }

  @Test("a label that no node has is named")
  func label() throws {
    let remedy = try remedy(pod(#""nodeSelector":{"disk":"fast"}"#))
    #expect(remedy.hasPrefix("no node has the label disk=fast: kubectl label node NODE disk=fast"))
    let other = try self.remedy(
      pod(#""nodeSelector":{"disk":"fast"}"#), Sample.node(labels: #"{"disk":"fast"}"#))
    #expect(other.hasPrefix("lower spec.template.spec.containers[*].resources.requests"))
  }

  @Test("a request that no node can hold is named with the largest node's size")
  func size() throws {
    let remedy = try remedy(
      pod(plain, container: #""resources":{"requests":{"cpu":"2001m"}}"#))
    #expect(remedy.hasPrefix("it asks for 2001m of cpu, and the largest node has 2: lower "))
    let fitting = try self.remedy(
      pod(plain, container: #""resources":{"requests":{"cpu":"2"}}"#))
    #expect(!fitting.contains("largest node"))
  }

  @Test("where every node is cordoned, one is to be opened again")
  func cordon() throws {
    let remedy = try remedy(pod(plain), Sample.node(spec: #"{"unschedulable":true}"#))
    #expect(remedy == "kubectl uncordon w")
  }

  @Test("a taint that the pod does not tolerate is named")
  func taint() throws {
    let node = Sample.node(spec: #"{"taints":[{"key":"gpu","effect":"NoSchedule"}]}"#)
    #expect(try remedy(pod(plain), node).hasPrefix("add a toleration of gpu to spec.template.spec"))
    let tolerant = pod(#""tolerations":[{"key":"gpu","operator":"Exists"}]"#)
    #expect(try !remedy(tolerant, node).contains("gpu"))
  }

  @Test("a claim that is missing or not bound comes first")
  func claim() throws {
    let using = pod(
      #""nodeSelector":{"a":"b"},"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"data"}}]"#
    )
    #expect(
      try remedy(using).hasPrefix(
        "create PersistentVolumeClaim n/data, or change spec.template.spec.volumes[name=v]"))
    let claim =
      #"{"kind":"PersistentVolumeClaim","metadata":{"name":"data"},"status":{"phase":"Pending"}}"#
    #expect(try remedy(using, claim) == "bind PersistentVolumeClaim n/data first")
    let bound = claim.replacing("Pending", with: "Bound")
    #expect(try remedy(using, bound).hasPrefix("no node has the label a=b"))
  }

  @Test("gates are told as such")
  func gates() throws {
    let found = try only(
      picture(
        Sample.pod(
          state: "{}", spec: #""schedulingGates":[{"name":"g.example"}]"#,
          status:
            #""phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]"#
        )))
    #expect(found.code == .schedulingGated && found.reason == "scheduling gates: g.example")
  }
}
