import Testing

@testable import Controllers

@Suite("What becomes of an object when its owners go")
struct OwnerVerdictTests {
  @Test("an object whose owners all live, or that has none, stays as it is")
  func keep() {
    #expect(OwnerVerdict([:]) == .keep)
    #expect(OwnerVerdict(["a": .alive, "b": .alive]) == .keep)
  }

  @Test("an object stays for the owner that lives, and holds up neither the gone nor the waiting")
  func release() {
    #expect(OwnerVerdict(["a": .alive, "b": .gone]) == .release(["b"]))
    #expect(OwnerVerdict(["a": .alive, "b": .waiting]) == .release(["b"]))
    #expect(
      OwnerVerdict(["a": .alive, "b": .waiting, "c": .gone]) == .release(["b", "c"]))
  }

  @Test("an object without a living owner goes, and knows whether an owner waits for it")
  func delete() {
    #expect(OwnerVerdict(["a": .gone]) == .delete(isOwnerWaiting: false))
    #expect(OwnerVerdict(["a": .waiting]) == .delete(isOwnerWaiting: true))
    #expect(OwnerVerdict(["a": .gone, "b": .waiting]) == .delete(isOwnerWaiting: true))
  }
}
