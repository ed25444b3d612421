/// Memory of the network's that a list's body fills.
struct Output {
  let room: UnsafeMutableRawBufferPointer
  var count = 0

  init(room: UnsafeMutableRawBufferPointer) { self.room = room }

  var isFull: Bool { count == room.count }

  mutating func append(_ byte: UInt8) {
    room[count] = byte
    count += 1
  }

  /// Copies from `offset` on, as much as there is room for.
  /// - Returns: whether the end is reached; `offset` is 0 then.
  @inline(__always)
  mutating func copy(_ bytes: [UInt8], from offset: inout Int) -> Bool {
    bytes.withUnsafeBytes { bytes in
      let added = min(bytes.count - offset, room.count - count)
      let target = UnsafeMutableRawBufferPointer(rebasing: room[count..<count + added])
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + added]))
      count += added
      offset += added
      guard offset == bytes.count else { return false }
      offset = 0
      return true
    }
  }
}
