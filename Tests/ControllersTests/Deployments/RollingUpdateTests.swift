import Resources
import Testing

@testable import Controllers

@Suite("Sizes of replica sets in a rolling update")
struct RollingUpdateTests {
  private typealias Set = RollingUpdate.Set

  private func plan(_ desired: Int, surge: Document, unavailable: Document) -> RollingUpdate {
    RollingUpdate(
      desired: desired,
      strategy: RollingUpdateDeployment(["maxSurge": surge, "maxUnavailable": unavailable]))
  }

  @Test("percentages of surge round up, those of unavailable round down")
  func percentages() {
    let plan = plan(10, surge: "25%", unavailable: "25%")
    #expect(plan == RollingUpdate(desired: 10, surge: 3, unavailable: 2))
  }

  @Test("a strategy without bounds is a quarter each way")
  func defaults() {
    #expect(
      RollingUpdate(desired: 4, strategy: nil)
        == RollingUpdate(desired: 4, surge: 1, unavailable: 1))
  }

  @Test("where both bounds come to nothing, one pod may be missing")
  func neverStuck() {
    #expect(plan(1, surge: 0, unavailable: "25%").unavailable == 1)
    #expect(plan(3, surge: 1, unavailable: 0).unavailable == 0)
  }

  @Test("no more pods may be missing than there should be")
  func boundedUnavailable() {
    #expect(plan(2, surge: 0, unavailable: 5).unavailable == 2)
    #expect(plan(0, surge: 0, unavailable: 0).unavailable == 0)
  }

  @Test("the new set grows into the surge, and never beyond the desired size")
  func growth() {
    let plan = RollingUpdate(desired: 4, surge: 1, unavailable: 1)
    let old = [Set(name: "old", size: 4, available: 4)]
    #expect(plan.newSize(new: Set(name: "new", size: 0, available: 0), old: old) == 1)
    #expect(plan.newSize(new: Set(name: "new", size: 1, available: 0), old: old) == 1)
    #expect(plan.newSize(new: Set(name: "new", size: 2, available: 2), old: []) == 4)
    #expect(plan.newSize(new: Set(name: "new", size: 6, available: 6), old: []) == 4)
  }

  @Test("old pods go only as far as availability allows")
  func shrinking() {
    let plan = RollingUpdate(desired: 4, surge: 1, unavailable: 1)
    let old = [Set(name: "old", size: 4, available: 4)]
    let unready = plan.oldSizes(new: Set(name: "new", size: 1, available: 0), old: old)
    #expect(unready.map(\.size) == [3])
    let ready = plan.oldSizes(new: Set(name: "new", size: 1, available: 1), old: old)
    #expect(ready.map(\.size) == [2])
  }

  @Test("old pods stay while the new ones come up, where none may be missing")
  func noneMissing() {
    let plan = RollingUpdate(desired: 3, surge: 1, unavailable: 0)
    let old = [Set(name: "old", size: 3, available: 3)]
    #expect(
      plan.oldSizes(new: Set(name: "new", size: 1, available: 0), old: old).map(\.size) == [3])
    #expect(
      plan.oldSizes(new: Set(name: "new", size: 1, available: 1), old: old).map(\.size) == [2])
  }

  @Test("unhealthy old pods go first, the oldest set's before the others'")
  func unhealthyFirst() {
    let plan = RollingUpdate(desired: 4, surge: 1, unavailable: 1)
    let old = [
      Set(name: "oldest", size: 2, available: 2), Set(name: "broken", size: 2, available: 0),
    ]
    let sizes = plan.oldSizes(new: Set(name: "new", size: 1, available: 1), old: old)
    #expect(sizes.map(\.size) == [2, 0])
  }

  @Test("scaling in the middle of a rollout shares the difference by size")
  func proportional() {
    // The example of the Kubernetes documentation: 10 to 15 with a surge of 3 and 8 + 5 pods.
    let plan = RollingUpdate(desired: 15, surge: 3, unavailable: 2)
    let sets = [
      Set(name: "new", size: 5, available: 0, annotatedMaximum: 13),
      Set(name: "old", size: 8, available: 8, annotatedMaximum: 13),
    ]
    let sizes = plan.proportional(sets).map(\.size)
    #expect(sizes.reduce(0, +) == 18)
    #expect(sizes == [7, 11])
  }

  @Test("scaling to nothing empties every set")
  func toZero() {
    let plan = RollingUpdate(desired: 0, surge: 0, unavailable: 0)
    let sets = [
      Set(name: "new", size: 3, available: 0, annotatedMaximum: 13),
      Set(name: "old", size: 9, available: 8, annotatedMaximum: 13),
    ]
    #expect(plan.proportional(sets).map(\.size) == [0, 0])
  }
}
