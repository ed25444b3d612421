import Foundations
import Testing

@Suite struct EvictionThresholdTests {
  @Test("a list of thresholds reads back as it was written")
  func roundTrip() throws {
    let text = "memory.available<1536Mi,nodefs.available<7.5%,nodefs.inodesFree<5%,pid.available<1k"
    let thresholds = try #require(EvictionThreshold.list(parsing: text))
    #expect(EvictionThreshold.text(thresholds) == text)
    #expect(thresholds.map(\.signal.resource) == ["memory", "ephemeral-storage", "inodes", "pids"])
    #expect(
      EvictionThreshold.text(EvictionThreshold.defaults)
        == "memory.available<100Mi,nodefs.available<10%,nodefs.inodesFree<5%,"
        + "imagefs.available<15%,imagefs.inodesFree<5%")
  }

  @Test("the word none stands for no threshold")
  func none() {
    #expect(EvictionThreshold.list(parsing: "none") == [])
    #expect(EvictionThreshold.text([]) == "none")
  }

  @Test(
    "what is no threshold is refused",
    arguments: [
      "", "memory.available", "memory.available<", "memory<100Mi", "memory.available>100Mi",
      "memory.available<0", "memory.available<-1Mi", "nodefs.available<0%", "nodefs.available<100%",
      "nodefs.available<x%", "nodefs.available<nan%", "memory.available<1Mi,",
      "memory.available<1Mi,memory.available<2Mi", "none,memory.available<1Mi",
      "nodefs.available<1%<2%",
    ])
  func refused(_ text: String) {
    #expect(EvictionThreshold.list(parsing: text) == nil)
  }

  @Test("a part is of the capacity, an amount is itself")
  func amounts() {
    #expect(EvictionThreshold(.nodefsAvailable, .percentage(10)).amount(of: 2000) == 200)
    #expect(EvictionThreshold(.memoryAvailable, .amount(Quantity(7))).amount(of: 2000) == 7)
  }
}
