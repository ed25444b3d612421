/// What stands around messages. Messages of stored objects are shared by everyone who reads them, so
/// bodies and frames are made as the bytes before a message and those behind it.
/// Source: apimachinery runtime `Unknown`: typeMeta 1, raw 2, contentEncoding 3, contentType 4.
extension ProtobufCodec {
  /// Puts a message into the envelope that every body has. Copies it.
  package func enveloped(_ message: [UInt8], apiVersion: String, kind: String) -> [UInt8] {
    Self.envelopeHead(messageByteCount: message.count, apiVersion: apiVersion, kind: kind)
      + message + Self.envelopeTail
  }

  /// What stands before a message of a body.
  package static func envelopeHead(
    messageByteCount: Int, apiVersion: String, kind: String
  ) -> [UInt8] {
    var writer = ByteWriter(capacity: apiVersion.utf8.count + kind.utf8.count + 32)
    defer { writer.deallocate() }
    writer.append(magic)
    let meta = writer.beginMessage(1)
    writer.append(text: apiVersion, number: 1)
    writer.append(text: kind, number: 2)
    writer.endMessage(meta)
    writer.append(key: 2, .lengthDelimited)
    writer.append(varint: UInt64(messageByteCount))
    return Array(writer.bytes)
  }

  /// What stands behind a message of a body: Go's encoder always writes contentEncoding and
  /// contentType, empty.
  package static let envelopeTail: [UInt8] = [0x1A, 0, 0x22, 0]

  /// What stands before the items of a list's body: the envelope's head and the list's metadata.
  /// - Parameters:
  ///   - metadata: the list's ListMeta.
  ///   - itemsByteCount: of the items as fields: `ProtobufItemLead` and message each.
  package func listHead(
    metadata: Document, itemsByteCount: Int, apiVersion: String, kind: String
  ) -> [UInt8] {
    var writer = ByteWriter(capacity: 256)
    defer { writer.deallocate() }
    let meta = schema.type(named: "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta")
    writer.append(bytes: meta.map { message(metadata, as: $0) } ?? [], number: 1)
    let head = Array(writer.bytes)
    return Self.envelopeHead(
      messageByteCount: head.count + itemsByteCount, apiVersion: apiVersion, kind: kind) + head
  }

  /// What stands before the body of a watch's event in its stream: the frame's length, in four
  /// bytes, most significant first, and the event's type. Nothing stands behind it.
  /// - Parameters:
  ///   - type: `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.
  ///   - bodyByteCount: of the object's body, envelope and all.
  package static func watchFrameHead(_ type: String, bodyByteCount: Int) -> [UInt8] {
    var writer = ByteWriter(capacity: type.utf8.count + 32)
    defer { writer.deallocate() }
    writer.append(text: type, number: 1)
    writer.append(key: 2, .lengthDelimited)
    writer.append(varint: UInt64(1 + varintByteCount(bodyByteCount) + bodyByteCount))
    writer.append(key: 1, .lengthDelimited)
    writer.append(varint: UInt64(bodyByteCount))
    let event = Array(writer.bytes)
    let count = UInt32(event.count + bodyByteCount)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + event
  }

  static func varintByteCount(_ value: Int) -> Int {
    max(1, (Int.bitWidth - value.leadingZeroBitCount + 6) / 7)
  }
}

/// What stands before an item's message in a list: the key of field 2, and the message's length.
package struct ProtobufItemLead {
  /// The bytes, the first one lowest.
  private var bits: UInt64 = 0x12
  package private(set) var byteCount = 1

  /// - Parameter messageByteCount: below 2^35, which no list's bytes reach.
  package init(messageByteCount: Int) {
    var rest = UInt64(messageByteCount)
    repeat {
      let more: UInt64 = rest >= 0x80 ? 0x80 : 0
      bits |= (rest & 0x7F | more) << UInt64(8 * byteCount)
      byteCount += 1
      rest >>= 7
    } while rest > 0
  }

  package subscript(index: Int) -> UInt8 { UInt8(truncatingIfNeeded: bits >> UInt64(8 * index)) }
}
