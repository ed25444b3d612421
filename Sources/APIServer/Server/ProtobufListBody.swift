import Networking
import Resources

/// The protobuf of a list, put together while it goes out: its objects' messages are copied once,
/// from where they lie into the network's buffers.
struct ProtobufListBody: BodySource {
  private enum Part { case head, items, tail }

  private(set) var byteCount: Int
  private let head: [UInt8]
  private let messages: [[UInt8]]
  private var part = Part.head
  /// The next message.
  private var place = 0
  /// How many bytes of the part, or of the message with its lead, are gone.
  private var offset = 0

  /// - Parameters:
  ///   - messages: the objects, in order, without envelopes.
  ///   - metadata: the list's ListMeta.
  ///   - kind: the list's own.
  init(_ messages: [[UInt8]], metadata: Document, apiVersion: String, kind: String) {
    self.messages = messages
    let itemsByteCount = messages.reduce(0) {
      $0 + ProtobufItemLead(messageByteCount: $1.count).byteCount + $1.count
    }
    head = ProtobufCodec.builtin.listHead(
      metadata: metadata, itemsByteCount: itemsByteCount, apiVersion: apiVersion, kind: kind)
    byteCount = head.count + itemsByteCount + ProtobufCodec.envelopeTail.count
  }

  mutating func fill(_ room: UnsafeMutableRawBufferPointer) {
    precondition(room.count <= byteCount, "no bytes are left to fill the room with")
    byteCount -= room.count
    var output = Output(room: room)
    while !output.isFull {
      switch part {
      case .head: if output.copy(head, from: &offset) { part = .items }
      case .items: if copyItems(to: &output) { part = .tail }
      case .tail: _ = output.copy(ProtobufCodec.envelopeTail, from: &offset)
      }
    }
  }

  /// - Returns: whether all items are out.
  private mutating func copyItems(to output: inout Output) -> Bool {
    while place < messages.count {
      let message = messages[place]
      let lead = ProtobufItemLead(messageByteCount: message.count)
      while offset < lead.byteCount {
        guard !output.isFull else { return false }
        output.append(lead[offset])
        offset += 1
      }
      var position = offset - lead.byteCount
      guard output.copy(message, from: &position) else {
        offset = position + lead.byteCount
        return false
      }
      offset = 0
      place += 1
    }
    return true
  }
}
