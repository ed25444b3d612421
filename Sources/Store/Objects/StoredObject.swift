package import Foundations
package import Resources

/// How an API object lies in the store.
///
/// Shape: a byte with the format's version (1), four bytes little-endian with an offset into the
/// JSON, then the object as compact JSON without `metadata.resourceVersion`. That member is the
/// revision of the commit, which is not known before, so it is inserted at the offset when the
/// value is read. All other bytes are served as they were committed.
package enum StoredObject {
  static let formatVersion: UInt8 = 1
  static let headerByteCount = 5

  /// The bytes to commit. Cost is O(document).
  /// - Parameter document: an API object; a `metadata.resourceVersion` in it is left out.
  package static func encode(_ document: Document) throws(StoredObjectError) -> [UInt8] {
    var bytes: [UInt8] = [formatVersion, 0, 0, 0, 0]
    bytes.reserveCapacity(1_024)
    document.encodeJSON(into: &bytes)
    guard let place = VersionPlace(inJSONOf: bytes, from: headerByteCount) else {
      throw .noMetadata
    }
    if !place.member.isEmpty { bytes.removeSubrange(place.member) }
    let offset = UInt32(place.insertion - headerByteCount)
    for position in 0..<4 {
      bytes[1 + position] = UInt8(truncatingIfNeeded: offset >> (8 * UInt32(position)))
    }
    return bytes
  }

  /// The object as clients see it, with its resource version in both shapes. Cost is O(bytes).
  package static func decode(
    _ bytes: [UInt8], revision: Revision
  ) throws(StoredObjectError) -> (json: [UInt8], document: Document) {
    let frame = try Frame(bytes)
    let document = try parse(bytes).withResourceVersion(revision.description)
    return (frame.json(of: bytes, revision: revision), document)
  }

  /// The document as stored, without a resource version.
  static func parse(_ bytes: [UInt8]) throws(StoredObjectError) -> Document {
    guard bytes.count > headerByteCount else { throw .truncated(byteCount: bytes.count) }
    do {
      return try Document(json: Array(bytes[headerByteCount...]))
    } catch {
      throw .notJSON(error)
    }
  }

  /// The parts of a stored value before its JSON.
  struct Frame {
    /// Counts from the start of the JSON.
    let insertionOffset: Int

    init(_ bytes: [UInt8]) throws(StoredObjectError) {
      guard bytes.count > headerByteCount else { throw .truncated(byteCount: bytes.count) }
      guard bytes[0] == formatVersion else { throw .unknownFormat(bytes[0]) }
      var offset: UInt32 = 0
      for position in 0..<4 { offset |= UInt32(bytes[1 + position]) << (8 * UInt32(position)) }
      // The member goes behind an opening brace or a comma, so never first nor last.
      guard offset > 0, Int(offset) < bytes.count - headerByteCount else {
        throw .insertionOutside(offset: Int(offset))
      }
      insertionOffset = Int(offset)
    }

    /// The JSON with the resource version inserted, in an array of exactly that size.
    func json(of bytes: [UInt8], revision: Revision) -> [UInt8] {
      let split = headerByteCount + insertionOffset
      return join(
        bytes[headerByteCount..<split], resourceVersionMember(revision, before: bytes[split]),
        bytes[split...])
    }
  }

  /// `"resourceVersion":"7",` as it stands before another member, or without its comma before the
  /// end of the object.
  static func resourceVersionMember(_ revision: Revision, before next: UInt8) -> [UInt8] {
    var member = Array(#""resourceVersion":""#.utf8)
    member.append(contentsOf: revision.description.utf8)
    member.append(UInt8(ascii: "\""))
    if next != UInt8(ascii: "}") { member.append(UInt8(ascii: ",")) }
    return member
  }

  static func join(
    _ first: ArraySlice<UInt8>, _ second: [UInt8], _ third: ArraySlice<UInt8>
  ) -> [UInt8] {
    var joined: [UInt8] = []
    joined.reserveCapacity(first.count + second.count + third.count)
    joined.append(contentsOf: first)
    joined.append(contentsOf: second)
    joined.append(contentsOf: third)
    return joined
  }
}

/// Why stored bytes are no object, or a document cannot become one.
package enum StoredObjectError: Error, Equatable, Sendable {
  case truncated(byteCount: Int)
  case unknownFormat(UInt8)
  case insertionOutside(offset: Int)
  case notJSON(JSONError)
  /// An object of the API has a `metadata` object.
  case noMetadata
}
