import Networking

/// Where a list that goes out in parts stands.
enum ListPart { case head, items, tail }

/// The body of a list, put together while it goes out: what stands before its items, these, and what
/// stands behind them.
protocol PartedBody: BodySource {
  /// How much is left.
  var byteCount: Int { get set }
  var head: [UInt8] { get }
  var tail: [UInt8] { get }
  var part: ListPart { get set }
  /// How many bytes of the part, or of the item with what stands before it, are gone.
  var offset: Int { get set }

  /// Copies items, as many as there is room for.
  /// - Returns: whether all items are out; `offset` is 0 then.
  mutating func copyItems(to output: inout Output) -> Bool
}

extension PartedBody {
  mutating func fill(_ room: UnsafeMutableRawBufferPointer) {
    precondition(room.count <= byteCount, "no bytes are left to fill the room with")
    byteCount -= room.count
    var output = Output(room: room)
    while !output.isFull {
      switch part {
      case .head: if output.copy(head, from: &offset) { part = .items }
      case .items: if copyItems(to: &output) { part = .tail }
      case .tail: _ = output.copy(tail, from: &offset)
      }
    }
  }
}
