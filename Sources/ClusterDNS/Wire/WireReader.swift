import Foundations

/// Reads a message from the front. Every read is checked against the message's end.
struct WireReader {
  let bytes: [UInt8]
  var offset: Int

  init(_ bytes: [UInt8], at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  mutating func byte() throws(WireError) -> UInt8 {
    guard offset < bytes.count else { throw .truncated(offset: offset) }
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func number16() throws(WireError) -> UInt16 {
    guard offset + 2 <= bytes.count else { throw .truncated(offset: offset) }
    defer { offset += 2 }
    return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
  }

  mutating func number32() throws(WireError) -> UInt32 {
    let high = try number16()
    return try UInt32(high) << 16 | UInt32(number16())
  }

  mutating func take(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - offset else { throw .truncated(offset: offset) }
    defer { offset += count }
    return bytes[offset..<(offset + count)]
  }

  /// A name without pointers, spelt as it was sent. Questions have such names: nothing stands
  /// before them that a pointer could lead to.
  mutating func plainName() throws(WireError) -> [UInt8] {
    let start = offset
    while true {
      let length = try byte()
      guard length <= DomainName.labelByteCountMax else { throw .badLabel(offset: offset - 1) }
      _ = try take(Int(length))
      guard offset - start <= DomainName.byteCountMax else { throw .nameTooLong(offset: start) }
      if length == 0 { return Array(bytes[start..<offset]) }
    }
  }

  /// A name that may end in a pointer. Source: RFC 1035, 4.1.4.
  mutating func name() throws(WireError) -> DomainName {
    var wire: [UInt8] = []
    var position = offset
    // Each pointer leads before all that was read so far, so that no chain of them is endless.
    var frontier = offset
    var isBehindPointer = false
    while true {
      guard position < bytes.count else { throw .truncated(offset: position) }
      let length = bytes[position]
      switch length >> 6 {
      case 0:
        let end = position + 1 + Int(length)
        guard end <= bytes.count else { throw .truncated(offset: position) }
        wire.append(contentsOf: bytes[position..<end])
        guard wire.count <= DomainName.byteCountMax else { throw .nameTooLong(offset: offset) }
        position = end
        if !isBehindPointer { offset = end }
        if length == 0 { return DomainName(wire: wire) }
      case 3:
        guard position + 1 < bytes.count else { throw .truncated(offset: position) }
        let target = Int(length & 0x3F) << 8 | Int(bytes[position + 1])
        guard target < frontier else { throw .badPointer(offset: position) }
        if !isBehindPointer { offset = position + 2 }
        isBehindPointer = true
        frontier = target
        position = target
      default: throw .badLabel(offset: position)
      }
    }
  }

  /// Passes over a name without looking where its pointer leads.
  mutating func skipName() throws(WireError) {
    while true {
      let length = try byte()
      switch length >> 6 {
      case 0:
        if length == 0 { return }
        _ = try take(Int(length))
      case 3:
        _ = try byte()
        return
      default: throw .badLabel(offset: offset - 1)
      }
    }
  }

  /// The fixed fields between a record's name and its data.
  struct RecordFrame {
    let type: RecordType
    let `class`: UInt16
    let timeToLive: UInt32
    /// Where `timeToLive` stands.
    let timeToLiveOffset: Int
    let data: Range<Int>
  }

  /// Leaves the reader behind the record.
  mutating func recordFrame() throws(WireError) -> RecordFrame {
    let type = RecordType(rawValue: try number16())
    let `class` = try number16()
    let timeToLiveOffset = offset
    let timeToLive = try number32()
    let count = Int(try number16())
    let data = try take(count)
    return RecordFrame(
      type: type, class: `class`, timeToLive: timeToLive, timeToLiveOffset: timeToLiveOffset,
      data: data.startIndex..<data.endIndex)
  }

  /// What a record's data says.
  func recordData(_ frame: RecordFrame) throws(WireError) -> RecordData {
    var reader = WireReader(bytes, at: frame.data.lowerBound)
    let data: RecordData
    switch frame.type {
    case .a, .aaaa:
      guard let address = IPAddress(bytes: bytes[frame.data]),
        (address.family == .v4) == (frame.type == .a)
      else { throw .badRecord(offset: frame.data.lowerBound) }
      return .address(address)
    case .cname: data = .alias(try reader.name())
    case .ptr: data = .pointer(try reader.name())
    case .ns: data = .nameServer(try reader.name())
    case .srv:
      data = .service(
        ServiceLocation(
          priority: try reader.number16(), weight: try reader.number16(),
          port: try reader.number16(), target: try reader.name()))
    case .soa:
      data = .authority(
        Authority(
          server: try reader.name(), mailbox: try reader.name(), serial: try reader.number32(),
          refresh: try reader.number32(), retry: try reader.number32(),
          expire: try reader.number32(), minimum: try reader.number32()))
    case .txt:
      var strings: [[UInt8]] = []
      while reader.offset < frame.data.upperBound {
        let count = try reader.byte()
        strings.append(Array(try reader.take(Int(count))))
      }
      data = .text(strings)
    default: return .other(frame.type, Array(bytes[frame.data]))
    }
    guard reader.offset == frame.data.upperBound else {
      throw .badRecord(offset: frame.data.lowerBound)
    }
    return data
  }
}
