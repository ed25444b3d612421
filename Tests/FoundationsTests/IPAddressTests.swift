import Foundations
import Testing

@Suite struct IPAddressTests {
  @Test(
    "an address is written in its shortest form",
    arguments: [
      ("10.0.0.1", "10.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"),
      ("::", "::"), ("FD00:0:0::1", "fd00::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ])
  func writes(_ text: String, _ expected: String) throws {
    #expect(try #require(IPAddress(text)).description == expected)
  }

  @Test(
    "text that is no address is refused",
    arguments: [
      "", " 10.0.0.1", "10.0.0.1 ", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1/8", "a",
      "[::1]", "::1%eth0", ":::", "1:2:3:4:5:6:7:8:9", "10.0.0.1\0",
    ])
  func refuses(_ text: String) { #expect(IPAddress(text) == nil) }

  @Test("bytes are in network order, both ways")
  func bytes() throws {
    let four = try #require(IPAddress("10.1.2.3"))
    #expect(four.bytes == [10, 1, 2, 3])
    #expect(four.value == 0x0A01_0203)
    #expect(IPAddress(bytes: four.bytes) == four)
    let six = try #require(IPAddress("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))
    #expect(six.value == .max)
    #expect(IPAddress(bytes: six.bytes) == six)
    #expect(IPAddress(bytes: [1, 2, 3]) == nil)
  }

  @Test("addresses are ordered by family, then by number")
  func order() {
    let texts = ["::1", "10.0.0.10", "9.255.255.255", "10.0.0.9"]
    #expect(
      texts.compactMap { IPAddress($0) }.sorted().map(\.description)
        == ["9.255.255.255", "10.0.0.9", "10.0.0.10", "::1"])
  }
}

@Suite struct CIDRTests {
  @Test(
    "a block is read and written alike",
    arguments: ["10.42.0.0/16", "0.0.0.0/0", "10.0.0.1/32", "fd00::/8", "::/0", "::1/128"])
  func roundTrips(_ text: String) throws { #expect(try #require(CIDR(text)).description == text) }

  @Test(
    "text that is no block is refused",
    arguments: [
      "", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/+8",
      "10.0.0.1/16", "::/129", "10.0.0.0/8/8", "/8",
    ])
  func refuses(_ text: String) { #expect(CIDR(text) == nil) }

  @Test("a block holds its first and last address and not their neighbours")
  func boundaries() throws {
    let block = try #require(CIDR("10.42.0.0/16"))
    for (text, isInside) in [
      ("10.41.255.255", false), ("10.42.0.0", true), ("10.42.255.255", true), ("10.43.0.0", false),
      ("::10.42.0.0", false),
    ] {
      #expect(block.contains(try #require(IPAddress(text))) == isInside, "\(text)")
    }
    #expect(block.address(at: 0)?.description == "10.42.0.0")
    #expect(block.address(at: 65535)?.description == "10.42.255.255")
    #expect(block.address(at: 65536) == nil)
    #expect(CIDR("::/0")?.address(at: .max)?.bytes == [UInt8](repeating: 0xFF, count: 16))
  }

  @Test(
    "blocks overlap where one holds the other",
    arguments: [
      ("10.42.0.0/16", "10.43.0.0/16", false), ("10.0.0.0/8", "10.43.0.0/16", true),
      ("10.43.0.0/16", "10.0.0.0/8", true), ("10.0.0.0/8", "10.0.0.0/8", true),
      ("0.0.0.0/0", "::/0", false),
    ])
  func overlap(_ one: String, _ other: String, _ expected: Bool) throws {
    #expect(try #require(CIDR(one)).overlaps(try #require(CIDR(other))) == expected)
  }
}
