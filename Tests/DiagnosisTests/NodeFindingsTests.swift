import Diagnosis
import Foundations
import Resources
import Testing

@Suite("What is wrong with nodes")
struct NodeFindingsTests {
  @Test("a node that is not ready, that is silent, and one under pressure are told apart")
  func conditions() throws {
    let found = Diagnosis.findings(
      in: try picture(
        Sample.node(
          "a",
          conditions:
            #"{"type":"Ready","status":"False","reason":"KubeletNotReady","message":"no network"}"#),
        Sample.node("b", conditions: #"{"type":"Ready","status":"Unknown"}"#),
        Sample.node(
          "c",
          conditions:
            #"{"type":"Ready","status":"True"},{"type":"DiskPressure","status":"True","reason":"Full"}"#
        )))
    #expect(found.map(\.code) == [.nodeNotReady, .nodeNotReady, .nodePressure])
    #expect(found[0].reason == "KubeletNotReady: no network")
    #expect(found[1].remedy.contains("start the node agent on that machine"))
    #expect(found[2].problem == "has DiskPressure" && found[2].remedy.contains("free space"))
  }

  @Test("a cordoned node is a warning with the command that opens it")
  func cordoned() throws {
    let found = try only(picture(Sample.node(spec: #"{"unschedulable":true}"#)))
    #expect(found.severity == .warning && found.remedy == "kubectl uncordon w")
  }

  @Test("a cluster without a node is told, unless nodes could not be read")
  func none() {
    #expect(Diagnosis.findings(in: ClusterPicture([:], now: now)).map(\.code) == [.noNodes])
    let unread = ClusterPicture([:], unread: [.nodes: "forbidden"], now: now)
    #expect(Diagnosis.findings(in: unread).isEmpty)
  }
}
