import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("What a set says when it cannot have its pods")
struct ReplicaFailureTests {
  private static let start = Timestamp(seconds: 1_000)
  private static let later = Timestamp(seconds: 2_000)
  private static let quota = APIError.forbidden(
    .pods, "web-", "exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2")

  private func conditions(
    _ failure: ReplicaFailure?, after old: [ReplicaSetCondition] = [],
    now: Timestamp = start
  ) -> [ReplicaSetCondition] {
    ReplicaFailure.conditions(after: old, failure, now: now)
  }

  @Test("a pod that is refused is told with the API's reason")
  func refused() throws {
    let condition = try #require(
      conditions(ReplicaFailure(of: [.create(count: 3)], Self.quota)).first)
    #expect(condition.type == "ReplicaFailure")
    #expect(condition.status == "True")
    #expect(condition.reason == "FailedCreate")
    #expect(condition.message?.contains("exceeded quota: small") == true)
    #expect(condition.lastTransitionTime == Self.start)
  }

  @Test("a pod that cannot be deleted is told as that")
  func deletion() {
    let step = ReplicaStep.delete(ObjectKey(namespace: "default", name: "web-1"))
    #expect(ReplicaFailure(of: [step], Self.quota).reason == "FailedDelete")
  }

  @Test("the same failure again changes nothing, another kind replaces it")
  func repeated() {
    let first = conditions(ReplicaFailure(reason: "FailedCreate", message: "a"))
    let again = ReplicaFailure(reason: "FailedCreate", message: "b")
    #expect(conditions(again, after: first, now: Self.later) == first)
    let other = conditions(
      ReplicaFailure(reason: "FailedDelete", message: "c"), after: first, now: Self.later)
    #expect(other.map(\.reason) == ["FailedDelete"])
    #expect(other.first?.lastTransitionTime == Self.later)
  }

  @Test("the condition goes when all is well; others stay")
  func recovered() {
    var other = ReplicaSetCondition()
    other.type = "Mine"
    let failing = conditions(ReplicaFailure(reason: "FailedCreate", message: "a"), after: [other])
    #expect(failing.map(\.type) == ["Mine", "ReplicaFailure"])
    #expect(conditions(nil, after: failing) == [other])
  }
}
