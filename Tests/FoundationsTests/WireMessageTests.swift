import Testing

@testable import Foundations

@Suite struct WireMessageTests {
  @Test("what was written is read back, at the ends of each type's range")
  func roundTrip() throws {
    var inner = WireMessage()
    inner.add(1, "x")
    var message = WireMessage()
    message.add(1, varint: .max)
    message.add(2, varint: 127)
    message.add(3, varint: 128)
    message.add(4, fixed: .max)
    message.add(15, [UInt8](repeating: 7, count: 300))
    message.add(16, "häß")
    message.add(536_870_911, inner)
    let fields = try WireFields(message.bytes)
    #expect(fields.varint(1) == .max)
    #expect(fields.varint(2) == 127)
    #expect(fields.varint(3) == 128)
    #expect(fields.fields[3].value == .fixed64(.max))
    #expect(fields.bytes(15) == [UInt8](repeating: 7, count: 300))
    #expect(fields.text(16) == "häß")
    #expect(try WireFields(fields.bytes(536_870_911)).text(1) == "x")
  }

  @Test("bytes are those of the standard's own example")
  func example() {
    var message = WireMessage()
    message.add(1, varint: 150)
    #expect(message.bytes == [0x08, 0x96, 0x01])
    message = WireMessage()
    message.add(2, "testing")
    #expect(message.bytes == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
  }

  @Test("what is zero or empty is left out, unless it has to be there")
  func absent() throws {
    var message = WireMessage()
    message.add(1, varint: 0)
    message.add(2, "")
    message.add(3, fixed: 0)
    #expect(message.bytes == [])
    message.add(4, WireMessage())
    message.addPresent(5, varint: 0)
    let fields = try WireFields(message.bytes)
    #expect(fields.contents(4) == [[]])
    #expect(fields.fields.last?.value == .varint(0))
    #expect(fields.varint(9) == 0 && fields.bytes(9) == [] && fields.text(9) == "")
  }

  @Test(
    "bytes that are no message are refused",
    arguments: [
      [0x08], [0x08, 0x80], [0x12, 0x02, 0x61], [0x09, 1, 2, 3, 4, 5, 6, 7], [0x0D, 1, 2, 3],
      [0x0B], [0x0F], [0x00, 0x00], [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x02],
      [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ] as [[UInt8]])
  func malformed(_ bytes: [UInt8]) {
    #expect(throws: WireFields.Malformed.self) { try WireFields(bytes) }
  }

  @Test("a text that is no UTF-8 is none")
  func text() throws {
    #expect(try WireFields([0x0A, 0x01, 0xFF]).text(1) == nil)
  }
}
