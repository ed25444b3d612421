import NIOCore
import Testing

@testable import Networking

@Suite struct ChannelMessageDecoderTests {
  typealias Event = ChannelMessageDecoder.Event

  static func decode(_ format: ChannelProtocol, _ pieces: [String]) throws -> [Event] {
    var decoder = ChannelMessageDecoder(format)
    return try pieces.enumerated().compactMap { index, piece in
      try decoder.decode(
        ByteBuffer(string: piece), isFirst: index == 0, isLast: index == pieces.count - 1)
    }
  }

  @Test("the first byte of a message is its channel, wherever the message is cut")
  func raw() throws {
    #expect(
      try Self.decode(.version4, ["\u{0}", "ab", "c"])
        == [.bytes(channel: 0, .init(string: "ab")), .bytes(channel: 0, .init(string: "c"))])
    #expect(
      try Self.decode(.version4, ["\u{4}{}"]) == [.bytes(channel: 4, .init(string: "{}"))])
    #expect(try Self.decode(.version4, [""]).isEmpty)
    #expect(try Self.decode(.version4, ["\u{1}"]).isEmpty)
  }

  @Test("base64 is decoded when the message is whole")
  func base64() throws {
    #expect(
      try Self.decode(.version4Base64, ["0Zm", "9v", "Cg=="])
        == [.bytes(channel: 0, .init(string: "foo\n"))])
    #expect(throws: ChannelMessageDecoder.Failure.badBase64) {
      try Self.decode(.version1Base64, ["0???"])
    }
  }

  @Test("255 ends a channel in version 5, and is a channel like another before it")
  func closeSignal() throws {
    var decoder = ChannelMessageDecoder(.version5)
    let signal = ByteBuffer(bytes: [255, 0])
    #expect(try decoder.decode(signal, isFirst: true, isLast: true) == .ended(channel: 0))
    #expect(throws: ChannelMessageDecoder.Failure.badCloseSignal) {
      try decoder.decode(ByteBuffer(bytes: [255]), isFirst: true, isLast: true)
    }
    var older = ChannelMessageDecoder(.version4)
    #expect(
      try older.decode(signal, isFirst: true, isLast: true)
        == .bytes(channel: 255, ByteBuffer(bytes: [0])))
  }

  @Test("a message that has to be kept whole has a limit")
  func limit() throws {
    var decoder = ChannelMessageDecoder(.version4Base64)
    let limit = ChannelMessageDecoder.keptByteCountMax
    _ = try decoder.decode(ByteBuffer(string: "0"), isFirst: true, isLast: false)
    let whole = ByteBuffer(repeating: UInt8(ascii: "A"), count: limit)
    _ = try decoder.decode(whole, isFirst: false, isLast: false)
    #expect(throws: ChannelMessageDecoder.Failure.messageTooLarge(limit: limit)) {
      try decoder.decode(ByteBuffer(string: "A"), isFirst: false, isLast: false)
    }
  }

  @Test("terminal sizes are read off the stream, cut anywhere")
  func terminalSizes() {
    var decoder = TerminalSizeDecoder()
    var sizes: [TerminalSize] = []
    let stream = #"{"Width":80,"Height":24}"# + "\n" + #"{"Width":1}{"Width":200,"Height":50}"#
    for byte in stream.utf8 { sizes += decoder.decode([byte]) }
    #expect(
      sizes == [TerminalSize(width: 80, height: 24), TerminalSize(width: 200, height: 50)])
  }
}
