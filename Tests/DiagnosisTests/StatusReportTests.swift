import Foundations
import Resources
import Testing

@testable import Diagnosis

@Suite("How a cluster's status is told")
struct StatusReportTests {
  private func report(_ objects: String...) throws -> StatusReport {
    let picture =
      try objects.isEmpty ? picture() : picture(objects[0], objects[1], Sample.readyPod)
    return StatusReport(picture, server: "https://a.test:6443", version: "v1.36.0")
  }

  private let web =
    #"{"kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":2},"status":{"readyReplicas":1,"updatedReplicas":2}}"#
  private let broken = Sample.pod(state: Sample.waiting("ErrImagePull", "not\\nfound"), owner: "")

  @Test("people see what there is, then what is wrong, why, and what to change")
  func text() throws {
    let text = try report(web, broken).text()
    for line in [
      "CLUSTER  https://a.test:6443  v1.36.0  \(now)", "NODES  1 of 1 ready",
      "  NAME   STATE   VERSION   PODS    CPU REQUESTED   MEMORY REQUESTED",
      "  w      Ready   v1.36.0   2/110   0/2             0/4Gi",
      "WORKLOADS  0 of 1 ready; pods: 1 ready, 0 not ready, 1 pending, 0 finished",
      "  n           Deployment   web    1/2     1 missing", "PROBLEMS  2",
      "  Pod n/web-1-a: container c cannot get its image i:1", "    why     not found",
    ] { #expect(text.contains(line + "\n"), "\(line)\n\(text)") }
    #expect(text.contains("\n    fix     change spec.containers[name=c].image of Pod n/web-1-a"))
    #expect(!text.contains("\u{1b}"))
  }

  @Test("where nothing is wrong, that is said, in green where there is colour")
  func healthy() throws {
    let report = try report()
    #expect(report.isHealthy && report.text().hasSuffix("Nothing is wrong.\n"))
    let colored = report.text(StatusReport.Look(isColored: true))
    #expect(colored.hasSuffix("\u{1b}[32mNothing is wrong.\u{1b}[0m\n"))
  }

  @Test("warnings leave a cluster healthy")
  func warnings() throws {
    let picture = try picture(Sample.node(spec: #"{"unschedulable":true}"#))
    let report = StatusReport(picture, server: "", version: "")
    #expect(report.isHealthy && report.text().contains("WARNINGS  1\n"))
  }

  @Test("what could not be read is told")
  func unread() throws {
    let picture = try picture(unread: [.pods: "pods is forbidden"])
    let text = StatusReport(picture, server: "", version: "").text()
    #expect(text.contains("NOT READ\n  pods: pods is forbidden\n"))
  }

  @Test("lines are broken between words, at the width of the terminal")
  func wrapping() {
    let lines = StatusReport.wrapped(
      "aaaa bbbb cccc dddd eeee", "    why     ", 33)
    #expect(lines == ["    why     aaaa bbbb cccc dddd", "            eeee"])
    #expect(StatusReport.wrapped("a b", "  ", nil) == ["  a b"])
  }

  @Test("programs get the same as people")
  func document() throws {
    let document = try report(web, broken).document
    #expect(document["healthy"]?.bool == false)
    #expect(document["nodes"]?[0]["name"]?.string == "w")
    #expect(
      document["workloads"]?[0]["object"] == [
        "kind": "Deployment", "name": "web", "namespace": "n",
      ])
    let finding = document["findings"]?.elements.first { $0["code"] == "ImagePull" }
    #expect(finding?["severity"] == "problem" && finding?["object"]?["name"] == "web-1-a")
  }
}
