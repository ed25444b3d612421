/// A whole message, read. For what other servers answer, and for tests.
package struct Message: Sendable {
  package var header: MessageHeader
  package var questions: [Question] = []
  package var answers: [ResourceRecord] = []
  package var authorities: [ResourceRecord] = []
  package var additionals: [ResourceRecord] = []
  package var extended: ExtendedDNS?
  /// Where the times to live stand, those of OPT left out.
  package var timeToLiveOffsets: [Int] = []

  /// - Throws: for anything that does not end where its lengths say. Bytes behind the last record
  ///   are left alone.
  package init(_ bytes: [UInt8]) throws(WireError) {
    var reader = WireReader(bytes)
    header = MessageHeader(id: try reader.number16(), word: try reader.number16())
    let questionCount = try reader.number16()
    let answerCount = try reader.number16()
    let authorityCount = try reader.number16()
    let additionalCount = try reader.number16()
    for _ in 0..<questionCount {
      questions.append(
        Question(
          spelling: try reader.plainName(), type: RecordType(rawValue: try reader.number16()),
          class: try reader.number16()))
    }
    answers = try records(answerCount, &reader)
    authorities = try records(authorityCount, &reader)
    additionals = try records(additionalCount, &reader)
    if let extended {
      header.code = ResponseCode(rawValue: header.code.rawValue | UInt16(extended.codeHigh) << 4)
    }
  }

  private mutating func records(
    _ count: UInt16, _ reader: inout WireReader
  ) throws(WireError) -> [ResourceRecord] {
    var records: [ResourceRecord] = []
    for _ in 0..<count {
      let name = try reader.name()
      let frame = try reader.recordFrame()
      if frame.type == .opt {
        extended = ExtendedDNS(frame)
        continue
      }
      timeToLiveOffsets.append(frame.timeToLiveOffset)
      let data =
        frame.class == internetClass
        ? try reader.recordData(frame) : .other(frame.type, Array(reader.bytes[frame.data]))
      records.append(
        ResourceRecord(name: name, timeToLiveSeconds: frame.timeToLive, data: data))
    }
    return records
  }
}
