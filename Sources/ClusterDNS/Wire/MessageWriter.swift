import Foundations

/// Writes a message: header, question, then records in the order of their sections. Names that end
/// like an earlier one point to it.
package struct MessageWriter {
  package enum Section: Int, Sendable { case answer, authority, additional }

  private var header: MessageHeader
  private let extended: ExtendedDNS?
  private let byteCountMax: Int
  private var bytes: [UInt8] = []
  private var counts: [UInt16] = [0, 0, 0]
  private var isFull = false
  private var known: [KnownName] = []

  /// A name that stands in the message: its first `literalByteCount` bytes are there as they are,
  /// so that other names may point to them.
  private struct KnownName {
    let name: DomainName
    let offset: Int
    let literalByteCount: Int
  }

  private static let headerByteCount = 12
  /// Root, type, class, time to live, no options.
  private static let extendedByteCount = 11
  /// Pointers have 14 bits.
  private static let pointerMax = 0x3FFF
  /// Looking through more costs more than it saves.
  private static let knownMax = 16

  /// - Parameters:
  ///   - extended: written as OPT behind everything else; room is kept for it.
  ///   - byteCountMax: records that would pass it are left out, and TC is set.
  package init(
    _ header: MessageHeader, _ question: Question?, extended: ExtendedDNS?, byteCountMax: Int
  ) {
    self.header = header
    self.extended = extended
    self.byteCountMax = byteCountMax - (extended == nil ? 0 : Self.extendedByteCount)
    bytes.reserveCapacity(min(byteCountMax, 512))
    bytes.append(contentsOf: repeatElement(0, count: Self.headerByteCount))
    guard let question else { return }
    bytes[5] = 1
    known.append(
      KnownName(
        name: question.name, offset: bytes.count, literalByteCount: question.spelling.count - 1))
    bytes.append(contentsOf: question.spelling)
    append(question.type.rawValue)
    append(question.class)
  }

  /// Adds a record. Once one did not fit, none is added, except that what does not fit behind the
  /// answers is left out without a word (RFC 2181, 9).
  package mutating func add(_ record: ResourceRecord, to section: Section) {
    guard !isFull else { return }
    let start = bytes.count
    let knownCount = known.count
    append(record.name)
    append(record.data.type.rawValue)
    append(internetClass)
    append(record.timeToLiveSeconds)
    let lengthOffset = bytes.count
    append(UInt16(0))
    append(record.data)
    let dataByteCount = bytes.count - lengthOffset - 2
    if bytes.count > byteCountMax || dataByteCount > Int(UInt16.max) {
      bytes.removeSubrange(start...)
      known.removeSubrange(knownCount...)
      isFull = true
      if section == .answer { header.flags.insert(.truncated) }
      return
    }
    bytes[lengthOffset] = UInt8(dataByteCount >> 8)
    bytes[lengthOffset + 1] = UInt8(dataByteCount & 0xFF)
    counts[section.rawValue] += 1
  }

  package mutating func finish() -> [UInt8] {
    if var extended {
      extended.codeHigh = UInt8(header.code.rawValue >> 4 & 0xFF)
      bytes.append(0)
      append(RecordType.opt.rawValue)
      append(extended.datagramByteCountMax)
      append(extended.timeToLive)
      append(UInt16(0))
      counts[Section.additional.rawValue] += 1
    }
    put(header.id, at: 0)
    put(header.word, at: 2)
    for (index, count) in counts.enumerated() { put(count, at: 6 + 2 * index) }
    return bytes
  }

  private mutating func put(_ value: UInt16, at offset: Int) {
    bytes[offset] = UInt8(value >> 8)
    bytes[offset + 1] = UInt8(value & 0xFF)
  }

  private mutating func append(_ value: UInt16) {
    bytes.append(UInt8(value >> 8))
    bytes.append(UInt8(value & 0xFF))
  }

  private mutating func append(_ value: UInt32) {
    append(UInt16(value >> 16))
    append(UInt16(value & 0xFFFF))
  }

  /// Writes as many labels as no earlier name has at its end, then a pointer.
  private mutating func append(_ name: DomainName) {
    let start = bytes.count
    var offset = 0
    while name.wire[offset] != 0 {
      if let target = place(of: name.wire[offset...]) {
        append(UInt16(0xC000 | target))
        remember(name, at: start, literalByteCount: offset)
        return
      }
      let end = offset + 1 + Int(name.wire[offset])
      bytes.append(contentsOf: name.wire[offset..<end])
      offset = end
    }
    bytes.append(0)
    remember(name, at: start, literalByteCount: offset)
  }

  private func place(of suffix: ArraySlice<UInt8>) -> Int? {
    for name in known {
      if let start = name.name.labelStart(ofSuffix: suffix), start < name.literalByteCount,
        name.offset + start <= Self.pointerMax
      {
        return name.offset + start
      }
    }
    return nil
  }

  private mutating func remember(_ name: DomainName, at offset: Int, literalByteCount: Int) {
    guard literalByteCount > 0, known.count < Self.knownMax else { return }
    known.append(KnownName(name: name, offset: offset, literalByteCount: literalByteCount))
  }

  private mutating func append(_ data: RecordData) {
    switch data {
    case .address(let address): bytes.append(contentsOf: address.bytes)
    case .alias(let name), .pointer(let name), .nameServer(let name): append(name)
    case .service(let location):
      append(location.priority)
      append(location.weight)
      append(location.port)
      // Not compressed: RFC 2782, "Target".
      bytes.append(contentsOf: location.target.wire)
    case .authority(let authority):
      append(authority.server)
      append(authority.mailbox)
      append(authority.serial)
      append(authority.refresh)
      append(authority.retry)
      append(authority.expire)
      append(authority.minimum)
    case .text(let strings):
      for string in strings {
        bytes.append(UInt8(string.count))
        bytes.append(contentsOf: string)
      }
    case .other(_, let rest): bytes.append(contentsOf: rest)
    }
  }
}
