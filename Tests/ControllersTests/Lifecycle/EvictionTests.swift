import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("When a pod leaves a tainted node")
struct EvictionTests {
  private typealias Eviction = NodeLifecycleController.Eviction
  private static let start = Timestamp(seconds: 1_000)

  private func taint(_ key: String = "k") -> Resources.Taint {
    var taint = Resources.Taint()
    taint.key = key
    taint.effect = "NoExecute"
    taint.timeAdded = Self.start
    return taint
  }

  private func toleration(_ key: String = "k", seconds: Int? = nil) -> Resources.Toleration {
    var toleration = Resources.Toleration()
    toleration.key = key
    toleration.operator = "Exists"
    toleration.tolerationSeconds = seconds
    return toleration
  }

  private func eviction(
    _ tolerations: [Resources.Toleration], _ taints: [Resources.Taint], after seconds: Int64 = 0
  ) -> Eviction {
    Eviction.of(
      tolerations: tolerations, taints: taints,
      now: Timestamp(seconds: Self.start.seconds + seconds))
  }

  @Test("a pod that does not tolerate the taint leaves at once")
  func intolerant() {
    #expect(eviction([], [taint()]) == .now)
    #expect(eviction([toleration("other")], [taint()]) == .now)
  }

  @Test("a toleration without a limit keeps the pod for good")
  func forever() { #expect(eviction([toleration()], [taint()], after: 9_999) == .never) }

  @Test("a limited toleration counts from the time the taint was added")
  func limited() {
    let tolerations = [toleration(seconds: 300)]
    #expect(eviction(tolerations, [taint()], after: 100) == .after(.seconds(200)))
    #expect(eviction(tolerations, [taint()], after: 299) == .after(.seconds(1)))
    #expect(eviction(tolerations, [taint()], after: 300) == .now)
    #expect(eviction([toleration(seconds: 0)], [taint()]) == .now)
  }

  @Test("of several taints the shortest toleration counts, and each needs one")
  func several() {
    let tolerations = [toleration("a", seconds: 60), toleration("b", seconds: 30)]
    #expect(eviction(tolerations, [taint("a"), taint("b")]) == .after(.seconds(30)))
    #expect(eviction(tolerations, [taint("a"), taint("c")]) == .now)
  }

  @Test("of several tolerations of one taint the first counts")
  func first() {
    let limitedFirst = [toleration(seconds: 30), toleration()]
    #expect(eviction(limitedFirst, [taint()]) == .after(.seconds(30)))
    #expect(eviction(limitedFirst.reversed(), [taint()]) == .never)
  }
}
