import Resources
import Testing

@testable import Store

@Suite struct LabelSetsTests {
  @Test("equal labels share a number, in whatever order they stand")
  func equal() {
    let sets = LabelSets()
    let first = sets.number(of: ["app": "web", "tier": "front"])
    #expect(first != 0)
    #expect(sets.number(of: ["tier": "front", "app": "web"]) == first)
    #expect(sets.number(of: ["app": "web"]) != first)
    #expect(sets.number(of: ["app": "web", "tier": "back"]) != first)
  }

  @Test("no labels have no number")
  func none() {
    #expect(LabelSets().number(of: nil) == 0)
    #expect(LabelSets().number(of: .emptyObject) == 0)
  }

  @Test("more sets than there are places for never share a number")
  func many() {
    let sets = LabelSets()
    var labelsByNumber: [UInt64: Int] = [:]
    for _ in 0..<2 {
      for value in 0..<1_000 {
        let number = sets.number(of: ["value": Document("\(value)")])
        #expect(labelsByNumber.updateValue(value, forKey: number) ?? value == value)
      }
    }
    #expect(labelsByNumber.count >= 1_000)
  }
}
