import NIOCore
import Testing

@testable import Networking

@Suite struct OutgoingBodyTests {
  /// Counts upwards, a byte at a time.
  private struct Counter: BodySource {
    var next: UInt8 = 0
    var byteCount: Int

    mutating func fill(_ room: UnsafeMutableRawBufferPointer) {
      for place in room.indices {
        room[place] = next
        next &+= 1
      }
      byteCount -= room.count
    }
  }

  private func counted(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0) }
  }

  @Test("a source goes out whole and in order, whatever there is room for", arguments: [1, 7, 999])
  func source(_ limit: Int) {
    var body = OutgoingBody(.source(Counter(byteCount: 1_000)))
    body.append([1, 2, 3])
    var sent: [UInt8] = []
    while !body.isEmpty {
      var buffer = ByteBuffer()
      body.move(upTo: limit, into: &buffer)
      #expect(buffer.readableBytes == min(limit, 1_003 - sent.count))
      sent += Array(buffer.readableBytesView)
    }
    #expect(sent == counted(1_000) + [1, 2, 3])
  }

  @Test("a source's bytes are those that are left of it")
  func bytes() {
    var source = Counter(byteCount: 10)
    var buffer = ByteBuffer()
    source.move(4, into: &buffer)
    #expect(source.bytes == [4, 5, 6, 7, 8, 9] && source.byteCount == 6)
    #expect(ResponseBody.source(source).byteCount == 6)
    ResponseBody.source(source).write(into: &buffer)
    #expect(Array(buffer.readableBytesView) == counted(10))
  }

  @Test("a source without bytes is no body")
  func empty() {
    #expect(OutgoingBody(.source(Counter(byteCount: 0))).isEmpty)
  }
}
