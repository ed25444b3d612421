import NIOCore
import Testing

@testable import Networking

@Suite struct SPDYHeaderTests {
  @Test("the dictionary is the draft's: 1,423 bytes, Adler-32 0xE3C6A7C2")
  func dictionary() {
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in SPDYHeaderDictionary.bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    #expect(SPDYHeaderDictionary.bytes.count == 1_423)
    #expect(high << 16 | low == 0xE3C6_A7C2)
  }

  @Test("the first packed block names the dictionary, later ones lean on the first")
  func zlibHeader() throws {
    let deflater = SPDYHeaderDeflater()
    let block = SPDYHeaderBlock.encode(["streamtype": "stdin", "port": "8080"])
    let first = deflater.pack(block)
    #expect(first[1] & 0x20 != 0, "the zlib header's FDICT bit")
    #expect(Array(first[2..<6]) == [0xE3, 0xC6, 0xA7, 0xC2])
    #expect(first.suffix(4) == [0, 0, 0xFF, 0xFF], "a sync flush ends it")
    let second = deflater.pack(block)
    #expect(second.count < first.count / 2)
    let inflater = SPDYHeaderInflater(limit: 1 << 16)
    #expect(try inflater.unpack(first) == block)
    #expect(try inflater.unpack(second) == block)
  }

  @Test("names go out in lower case and several values of a name stay several")
  func values() throws {
    var headers: HeaderFields = ["streamType": "error", "Empty": ""]
    headers.add("streamtype", "data")
    let back = try SPDYHeaderBlock.decode(SPDYHeaderBlock.encode(headers))
    #expect(back.map(\.name) == ["streamtype", "streamtype", "empty"])
    #expect(back.values(of: "STREAMTYPE") == ["error", "data"])
    #expect(back["empty"] == "")
  }

  @Test("a block of the largest size passes, one byte more does not")
  func limit() throws {
    let block = [UInt8](repeating: 0x41, count: 64 << 10)
    let packed = SPDYHeaderDeflater().pack(block)
    #expect(try SPDYHeaderInflater(limit: block.count).unpack(packed) == block)
    let strict = SPDYHeaderInflater(limit: block.count - 1)
    #expect(throws: SPDYError.headersTooLarge(limit: block.count - 1)) {
      try strict.unpack(packed)
    }
  }

  @Test(
    "a malformed block is refused",
    arguments: [
      [], [0, 0, 0, 1], [0, 0, 0, 1, 0, 0, 0, 9, 0x61], [0xFF, 0xFF, 0xFF, 0xFF],
      // An empty name, and a value that is no UTF-8.
      [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 1, 0x61, 0, 0, 0, 1, 0xFF],
    ] as [[UInt8]])
  func malformed(_ bytes: [UInt8]) {
    #expect(throws: SPDYError.malformedHeaders) { try SPDYHeaderBlock.decode(bytes) }
  }
}
