import NIOCore

/// A body that is made as the network takes it, and never stands in memory as a whole: a list of
/// objects whose bytes are there already.
///
/// A value: a copy begins where the original stands.
package protocol BodySource: Sendable {
  /// Bytes that are left.
  var byteCount: Int { get }
  /// Fills `room` with the next bytes, in order. It holds no more than are left.
  mutating func fill(_ room: UnsafeMutableRawBufferPointer)
}

extension BodySource {
  /// All bytes that are left.
  package var bytes: [UInt8] {
    var rest = self
    return [UInt8](unsafeUninitializedCapacity: byteCount) { room, count in
      count = rest.byteCount
      rest.fill(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: room[..<count])))
    }
  }

  /// Moves the next `count` bytes; at most as many as are left.
  mutating func move(_ count: Int, into buffer: inout ByteBuffer) {
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
      fill(UnsafeMutableRawBufferPointer(rebasing: room[..<count]))
      return count
    }
  }
}
