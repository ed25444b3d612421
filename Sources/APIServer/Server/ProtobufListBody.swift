import Networking
import Resources

/// The protobuf of a list, put together while it goes out: its objects' messages are copied once,
/// from where they lie into the network's buffers.
struct ProtobufListBody: PartedBody {
  var byteCount: Int
  let head: [UInt8]
  var tail: [UInt8] { ProtobufCodec.envelopeTail }
  private let messages: [[UInt8]]
  var part = ListPart.head
  /// The next message.
  private var place = 0
  var offset = 0

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

  mutating func copyItems(to output: inout Output) -> Bool {
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
