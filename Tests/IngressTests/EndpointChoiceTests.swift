import Testing

@testable import Ingress

@Suite struct EndpointChoiceTests {
  private func chosen(_ loads: [Int], turn: Int, resting: Set<Int> = [], excluded: Set<Int> = [])
    -> Int?
  {
    EndpointChoice.next(of: loads.count, turn: turn) {
      EndpointChoice.Standing(
        load: loads[$0], isResting: resting.contains($0), isExcluded: excluded.contains($0))
    }
  }

  @Test("endpoints without load take turns")
  func turns() {
    #expect((0..<6).map { chosen([0, 0, 0], turn: $0) } == [0, 1, 2, 0, 1, 2])
  }

  @Test("the least loaded of the next four is taken")
  func load() {
    #expect(chosen([5, 3, 4, 9, 1], turn: 0) == 1)
    #expect(chosen([5, 3, 4, 9, 1], turn: 1) == 4)
    #expect(chosen([2, 2, 2], turn: 4) == 1)
  }

  @Test("one that rests is taken only where there is no other, one that is excluded never")
  func standing() {
    #expect(chosen([0, 7], turn: 0, resting: [0]) == 1)
    #expect(chosen([0, 7], turn: 0, resting: [0], excluded: [1]) == 0)
    #expect(chosen([0, 7], turn: 0, excluded: [0]) == 1)
    #expect(chosen([0], turn: 0, excluded: [0]) == nil)
    #expect(chosen([], turn: 3) == nil)
  }
}
