import Foundations
import Testing

@testable import Controllers

@Suite struct NodeBlocksTests {
  private func free(
    _ taken: [String], of range: String = "10.42.0.0/22", bits: Int = 24
  ) throws -> String? {
    var blocks = NodeBlocks(of: try #require(CIDR(range)), prefixLength: bits)
    for text in taken { blocks.take(try #require(CIDR(text))) }
    return blocks.takeFirstFree()?.description
  }

  @Test("the lowest block that nobody has is given, whatever the order of the others")
  func lowest() throws {
    #expect(try free([]) == "10.42.0.0/24")
    #expect(try free(["10.42.0.0/24"]) == "10.42.1.0/24")
    #expect(try free(["10.42.2.0/24", "10.42.0.0/24"]) == "10.42.1.0/24")
    #expect(try free(["10.42.2.0/24", "10.42.1.0/24", "10.42.0.0/24"]) == "10.42.3.0/24")
  }

  @Test("where all are taken there is none")
  func full() throws {
    let all = (0..<4).map { "10.42.\($0).0/24" }
    #expect(try free(all) == nil)
    #expect(try free(["10.42.0.0/24"], of: "10.42.0.0/24") == nil)
    #expect(try free([], of: "10.42.0.0/24") == "10.42.0.0/24")
  }

  @Test("larger and smaller blocks of other settings are kept clear of, others do not count")
  func otherSizes() throws {
    #expect(try free(["10.42.0.0/23"]) == "10.42.2.0/24")
    #expect(try free(["10.42.0.128/25", "10.42.1.0/26"]) == "10.42.2.0/24")
    #expect(try free(["10.0.0.0/8"]) == nil)
    #expect(try free(["192.0.2.0/24"]) == "10.42.0.0/24")
  }

  @Test("a block that is released by all who had it is the next one")
  func release() throws {
    var blocks = NodeBlocks(of: try #require(CIDR("10.42.0.0/22")), prefixLength: 24)
    let own = (0..<4).compactMap { _ in blocks.takeFirstFree() }
    #expect(own.map(\.description) == (0..<4).map { "10.42.\($0).0/24" })
    #expect(blocks.takeFirstFree() == nil)
    blocks.take(own[1])
    blocks.release(own[1])
    #expect(blocks.takeFirstFree() == nil)
    blocks.release(own[2])
    blocks.release(own[1])
    #expect(blocks.takeFirstFree() == own[1])
    #expect(blocks.takeFirstFree() == own[2])
    let wide = try #require(CIDR("10.0.0.0/8"))
    blocks.release(own[0])
    blocks.take(wide)
    #expect(blocks.takeFirstFree() == nil)
    blocks.release(wide)
    #expect(blocks.takeFirstFree() == own[0])
  }

  @Test("IPv6 ranges are cut as well, up to the whole width")
  func version6() throws {
    #expect(try free(["fd42::/64"], of: "fd42::/48", bits: 64) == "fd42:0:0:1::/64")
    #expect(try free([], of: "::/0", bits: 128) == "::/128")
  }
}
