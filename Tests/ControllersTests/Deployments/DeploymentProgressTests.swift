import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("Conditions of a Deployment")
struct DeploymentProgressTests {
  private static let start = Timestamp(seconds: 1_000_000)

  private func set(_ name: String, image: String, pods: Int = 0) -> ReplicaSet {
    ReplicaSet([
      "metadata": ["name": Document(name), "uid": Document(name)],
      "spec": ["replicas": 3, "template": template(image)],
      "status": [
        "replicas": Document(pods), "readyReplicas": Document(pods),
        "availableReplicas": Document(pods),
      ],
    ])
  }

  private func template(_ image: String) -> Document {
    ["spec": ["containers": [["name": "c", "image": Document(image)]]]]
  }

  private func deployment(paused: Bool = false, conditions: Document = []) -> Deployment {
    Deployment([
      "metadata": ["name": "web", "generation": 2],
      "spec": [
        "replicas": 3, "paused": Document(paused), "progressDeadlineSeconds": 60,
        "template": template("b"),
      ],
      "status": ["observedGeneration": 2, "conditions": conditions],
    ])
  }

  private func progressing(_ reason: String, _ message: String, status: String = "True")
    -> Document
  {
    let time = Document(Self.start.description)
    return [
      [
        "type": "Progressing", "status": Document(status), "reason": Document(reason),
        "message": Document(message), "lastUpdateTime": time, "lastTransitionTime": time,
      ]
    ]
  }

  private func progress(
    _ deployment: Deployment, _ sets: [ReplicaSet], seconds: Int64,
    change: (inout DeploymentStatus) -> Void = { _ in }
  ) -> (condition: DeploymentCondition?, deadlineIn: Duration?) {
    var status = deployment.status
    change(&status)
    let progress = DeploymentProgress(
      rollout: Rollout(deployment: deployment, owned: sets), old: deployment.status, new: status,
      now: Timestamp(seconds: Self.start.seconds + seconds))
    return (progress.conditions.first { $0.type == "Progressing" }, progress.deadlineIn)
  }

  @Test("a rollout without progress fails at its deadline, not before")
  func deadline() {
    let deployment = deployment(conditions: progressing("ReplicaSetUpdated", "is progressing"))
    let sets = [set("web-b", image: "b")]
    let before = progress(deployment, sets, seconds: 59)
    #expect(before.condition?.status == "True")
    #expect(before.deadlineIn.map { $0 > .zero } == true)
    let after = progress(deployment, sets, seconds: 60)
    #expect(after.condition?.reason == "ProgressDeadlineExceeded")
    #expect(after.condition?.status == "False")
  }

  @Test("a new replica set starts the deadline, even where it never gets a pod")
  func startsAnew() {
    let deployment = deployment(
      conditions: progressing(
        "NewReplicaSetAvailable", "ReplicaSet \"web-a\" has successfully progressed."))
    let result = progress(
      deployment, [set("web-a", image: "a", pods: 3), set("web-b", image: "b")], seconds: 3600)
    #expect(result.condition?.reason == "NewReplicaSetCreated")
    #expect(result.deadlineIn == .seconds(60))
  }

  @Test("the time it was paused does not count against the deadline")
  func resumed() {
    let deployment = deployment(
      conditions: progressing("DeploymentPaused", "Deployment is paused", status: "Unknown"))
    let result = progress(deployment, [set("web-b", image: "b")], seconds: 3600)
    #expect(result.condition?.reason == "DeploymentResumed")
    #expect(result.deadlineIn.map { $0 >= .seconds(60) } == true)
  }

  @Test("a paused Deployment says so and has no deadline")
  func paused() {
    let result = progress(
      deployment(paused: true, conditions: progressing("ReplicaSetUpdated", "")),
      [set("web-b", image: "b")], seconds: 3600)
    #expect(result.condition?.reason == "DeploymentPaused")
    #expect(result.condition?.status == "Unknown")
    #expect(result.deadlineIn == nil)
  }

  @Test("it is complete when every pod is new and available")
  func complete() {
    let result = progress(deployment(), [set("web-b", image: "b", pods: 3)], seconds: 0) {
      $0.document["updatedReplicas"] = 3
    }
    #expect(result.condition?.reason == "NewReplicaSetAvailable")
  }
}
