/// Why bytes are no JSON document. `offset` counts bytes from the start.
package enum JSONError: Error, Equatable, Sendable {
  case unexpectedEnd
  case unexpectedByte(UInt8, offset: Int)
  case invalidNumber(offset: Int)
  case numberOutOfRange(offset: Int)
  case invalidEscape(offset: Int)
  case invalidUTF8(offset: Int)
  case tooDeep(limit: Int)
  case tooLarge(byteCount: Int)
  case trailingBytes(offset: Int)
}

extension Document {
  /// Deeper nesting is refused: every engine that walks a document may then recurse.
  package static let depthMax = 500

  /// What the offsets of an arena can address, with room for text that is added later.
  package static let textByteCountMax = Int(UInt32.max) / 2

  /// Reads one JSON value without a schema. One pass, O(bytes); the document refers to the bytes
  /// instead of copying them. Of members with equal names, the last counts.
  /// - Throws: where the bytes are no JSON (RFC 8259), are nested deeper than `depthMax`, or hold
  ///   text that is no UTF-8.
  package init(json bytes: [UInt8]) throws(JSONError) {
    do {
      self = try DocumentParser.parse(
        json: bytes, schema: .empty, root: .any, validation: .ignore
      ).document
    } catch {
      // Without a schema there is nothing to contradict but the format.
      guard case .malformed(let cause) = error else { preconditionFailure("\(error)") }
      throw cause
    }
  }

  package init(json text: String) throws(JSONError) {
    try self.init(json: Array(text.utf8))
  }
}
