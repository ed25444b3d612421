import Networking
import Store

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The JSON of a list, put together while it goes out: its objects' bytes are copied once, from
/// where they lie into the network's buffers.
///
/// Items of a list do not repeat the kind and version that the list states, so an object that begins
/// with them goes without.
struct ListBody: PartedBody {
  private static let end = Array("]}\n".utf8)

  var byteCount: Int
  let head: [UInt8]
  var tail: [UInt8] { Self.end }
  private let runs: [ArraySlice<CachedObject>]
  /// What an item goes without; behind it comes another member.
  private let itemHead: [UInt8]
  var part = ListPart.head
  /// The next object: its run, and its place in that.
  private var run = 0
  private var place = 0
  var offset = 0

  /// - Parameters:
  ///   - head: everything before the first item.
  ///   - runs: the objects, in order.
  ///   - itemHead: an object's first members, from its brace to the comma behind them.
  init(head: [UInt8], of runs: [ArraySlice<CachedObject>], itemHead: [UInt8]) {
    self.head = head
    self.runs = runs.filter { !$0.isEmpty }
    self.itemHead = itemHead
    byteCount = head.count + Self.end.count
    var separated = false
    for run in runs {
      // Loops over objects here touch no reference count, which would cost more than the bytes do.
      byteCount += run.withUnsafeBufferPointer { objects in
        var total = 0
        for object in objects.indices {
          let item = Item(objects[object].json, itemHead, isFirst: !separated)
          total += item.byteCount
          separated = true
        }
        return total
      }
    }
  }

  mutating func copyItems(to output: inout Output) -> Bool {
    while run < runs.count {
      let objects = runs[run]
      var (place, offset) = (place, offset)
      let isFirstRun = run == 0
      objects.withUnsafeBufferPointer { objects in
        while place < objects.count {
          let item = Item(objects[place].json, itemHead, isFirst: isFirstRun && place == 0)
          guard item.copy(objects[place].json, to: &output, from: &offset) else { return }
          place += 1
        }
      }
      self.offset = offset
      self.place = place
      guard place == objects.count else { return false }
      run += 1
      self.place = 0
    }
    return true
  }
}

/// How one object stands in a list.
private struct Item {
  /// Bytes of the object that are left away.
  let skippedByteCount: Int
  /// Bytes that stand before the rest: a comma behind another item, and the brace that went with
  /// what is left away.
  let hasComma: Bool
  let byteCount: Int

  private var leadByteCount: Int { (hasComma ? 1 : 0) + (skippedByteCount > 0 ? 1 : 0) }

  @inline(__always)
  init(_ json: [UInt8], _ itemHead: [UInt8], isFirst: Bool) {
    skippedByteCount = json.begins(with: itemHead) ? itemHead.count : 0
    hasComma = !isFirst
    byteCount = json.count - skippedByteCount + (isFirst ? 0 : 1) + (skippedByteCount > 0 ? 1 : 0)
  }

  /// Copies from `offset` on, as much as there is room for.
  /// - Returns: whether the item is out; `offset` is 0 then.
  @inline(__always)
  func copy(_ json: [UInt8], to output: inout Output, from offset: inout Int) -> Bool {
    while offset < leadByteCount {
      guard !output.isFull else { return false }
      output.append(hasComma && offset == 0 ? UInt8(ascii: ",") : UInt8(ascii: "{"))
      offset += 1
    }
    var position = offset - leadByteCount + skippedByteCount
    let isOut = output.copy(json, from: &position)
    offset = isOut ? 0 : position - skippedByteCount + leadByteCount
    return isOut
  }
}

extension [UInt8] {
  @inline(__always)
  fileprivate func begins(with other: [UInt8]) -> Bool {
    guard count >= other.count else { return false }
    return withUnsafeBytes { own in
      other.withUnsafeBytes { other in
        guard let left = own.baseAddress, let right = other.baseAddress else { return true }
        return memcmp(left, right, other.count) == 0
      }
    }
  }
}
