import Diagnosis
import Resources
import Testing

@Suite("What is wrong with workloads")
struct WorkloadFindingsTests {
  @Test("a rollout past its deadline is told with the way back")
  func deadline() throws {
    let found = try only(
      picture(
        #"""
        {"kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":1},"status":{"readyReplicas":1,
         "conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded",
          "message":"timed out"}]}}
        """#))
    #expect(found.code == .deadlineExceeded && found.reason == "timed out")
    #expect(found.remedy.contains("kubectl -n n rollout undo deployment/web"))
  }

  @Test("a set that is refused its pods is told of the object that people write")
  func refused() throws {
    let condition =
      #""status":{"conditions":[{"type":"ReplicaFailure","status":"True","message":"exceeded quota"}]}"#
    let found = try only(
      picture(
        #"{"kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":1},\#(condition)}"#,
        Sample.replicaSet.replacing(#""spec":{"replicas":1}"#, with: condition)))
    #expect(found.code == .replicaFailure && found.reason == "exceeded quota")
    #expect(found.subject.kind == "Deployment")
  }

  @Test("a StatefulSet that cannot make its pods is told by its events")
  func statefulSet() throws {
    let found = try only(
      picture(
        #"{"kind":"StatefulSet","metadata":{"name":"db"},"spec":{"replicas":2},"status":{"replicas":1}}"#,
        Sample.event("StatefulSet", "db", "create Pod db-1 failed")))
    #expect(found.code == .replicaFailure && found.reason == "create Pod db-1 failed")
  }

  @Test("too few ready pods are told only where nothing else is, and after a while")
  func tooFew() throws {
    func set(_ seconds: Int) -> String {
      #"{"kind":"StatefulSet","metadata":{"name":"db","creationTimestamp":"\#(ago(seconds))"},"spec":{"replicas":2},"status":{"replicas":2,"readyReplicas":1}}"#
    }
    #expect(Diagnosis.findings(in: try picture(set(120))).isEmpty)
    let found = try only(picture(set(121)))
    #expect(found.code == .tooFewReady && found.problem == "has 1 ready pods of 2")
    let explained = try only(
      picture(
        set(121),
        Sample.pod(
          state: Sample.waiting("ErrImagePull", "gone"),
          owner: #"{"kind":"StatefulSet","name":"db","controller":true}"#)))
    #expect(explained.code == .imagePull)
  }

  @Test("a failed Job is told; of a CronJob's only the newest counts")
  func jobs() throws {
    let failed =
      #""status":{"conditions":[{"type":"Failed","status":"True","reason":"BackoffLimitExceeded","message":"too many"}]}"#
    let found = try only(picture(#"{"kind":"Job","metadata":{"name":"j"},\#(failed)}"#))
    #expect(found.code == .jobFailed && found.reason == "BackoffLimitExceeded: too many")
    #expect(
      found.remedy.contains("kubectl -n n logs job/j") && found.remedy.contains("spec.backoffLimit")
    )
    func job(_ name: String, _ seconds: Int, _ status: String) -> String {
      #"{"kind":"Job","metadata":{"name":"\#(name)","creationTimestamp":"\#(ago(seconds))","ownerReferences":[{"kind":"CronJob","name":"night","controller":true}]},\#(status)}"#
    }
    let mended = try picture(job("a", 900, failed), job("b", 9, #""status":{}"#))
    #expect(Diagnosis.findings(in: mended).isEmpty)
    let broken = try only(picture(job("a", 900, #""status":{}"#), job("b", 9, failed)))
    #expect(broken.subject.description == "CronJob n/night")
    #expect(broken.remedy.contains("spec.jobTemplate.spec.backoffLimit"))
  }
}
