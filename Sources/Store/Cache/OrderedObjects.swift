/// Objects in key order, as a value: a copy costs a retain, and a change to a copied one costs the
/// chunk it falls into, not the whole.
///
/// Shape: sorted chunks of at most `chunkCountMax` objects, each an array, so that reading a range
/// runs over contiguous memory. While nobody holds a copy, changes happen in place.
package struct OrderedObjects: Sendable {
  static let chunkCountMax = 128
  /// Chunks filled when loading leave room for later objects.
  private static let chunkCountLoaded = 96
  /// A chunk that shrinks below this joins a neighbour that has room.
  private static let chunkCountMin = 32

  private var chunks: [[CachedObject]] = []
  package private(set) var count = 0

  package init() {}

  /// - Parameter sorted: ascending by key, no key twice.
  init(sorted objects: [CachedObject]) {
    count = objects.count
    var start = 0
    while start < objects.count {
      let end = min(start + Self.chunkCountLoaded, objects.count)
      chunks.append(Array(objects[start..<end]))
      start = end
    }
  }

  package subscript(key: Key) -> CachedObject? {
    let position = position(of: key.bytes)
    guard position.chunk < chunks.count else { return nil }
    let object = chunks[position.chunk][position.offset]
    return object.key == key ? object : nil
  }

  /// Puts an object in its place.
  /// - Returns: the object that was there.
  @discardableResult
  mutating func put(_ object: CachedObject) -> CachedObject? {
    guard !chunks.isEmpty else {
      chunks = [[object]]
      count = 1
      return nil
    }
    var (chunk, offset) = locate(object.key.bytes)
    if chunk == chunks.count {
      chunk -= 1
      offset = chunks[chunk].count
    }
    if offset < chunks[chunk].count, chunks[chunk][offset].key == object.key {
      let old = chunks[chunk][offset]
      chunks[chunk][offset] = object
      return old
    }
    chunks[chunk].insert(object, at: offset)
    count += 1
    if chunks[chunk].count > Self.chunkCountMax { split(chunk) }
    return nil
  }

  /// - Returns: the object that was there.
  @discardableResult
  mutating func remove(_ key: Key) -> CachedObject? {
    let (chunk, offset) = locate(key.bytes)
    guard chunk < chunks.count, chunks[chunk][offset].key == key else { return nil }
    let old = chunks[chunk].remove(at: offset)
    count -= 1
    if chunks[chunk].count < Self.chunkCountMin { join(chunk) }
    return old
  }

  private mutating func split(_ chunk: Int) {
    let half = chunks[chunk].count / 2
    let upper = Array(chunks[chunk][half...])
    chunks[chunk].removeSubrange(half...)
    chunks.insert(upper, at: chunk + 1)
  }

  private mutating func join(_ chunk: Int) {
    if chunks[chunk].isEmpty {
      chunks.remove(at: chunk)
      return
    }
    for lower in [chunk - 1, chunk] where lower >= 0 && lower + 1 < chunks.count {
      if chunks[lower].count + chunks[lower + 1].count <= Self.chunkCountLoaded {
        let upper = chunks.remove(at: lower + 1)
        chunks[lower].append(contentsOf: upper)
        return
      }
    }
  }
}

// MARK: Ranges

extension OrderedObjects {
  /// A place between objects. Only meaningful for the value it came from.
  package struct Position: Equatable, Sendable {
    let chunk: Int
    let offset: Int
  }

  var start: Position { Position(chunk: 0, offset: 0) }
  var end: Position { Position(chunk: chunks.count, offset: 0) }

  /// The place of the first object whose key is not below `bytes`. Cost is O(log count).
  func position(of bytes: [UInt8]) -> Position {
    let (chunk, offset) = locate(bytes)
    return Position(chunk: chunk, offset: offset)
  }

  /// The place behind a key, whether an object has it or not.
  func position(after key: Key) -> Position {
    let position = position(of: key.bytes)
    guard position.chunk < chunks.count,
      chunks[position.chunk][position.offset].key == key
    else { return position }
    return next(position)
  }

  /// How many objects lie between. Cost is O(chunks between).
  func distance(from start: Position, to end: Position) -> Int {
    guard start.chunk < end.chunk else { return max(0, end.offset - start.offset) }
    let between = chunks[start.chunk + 1..<end.chunk].reduce(0) { $0 + $1.count }
    return chunks[start.chunk].count - start.offset + between + end.offset
  }

  /// The objects between two places, in stretches of contiguous memory. Shared, not copied: the cost
  /// is O(chunks between).
  func runs(from start: Position, to end: Position) -> [ArraySlice<CachedObject>] {
    guard start.chunk <= end.chunk, start.chunk < chunks.count else { return [] }
    var runs: [ArraySlice<CachedObject>] = []
    for chunk in start.chunk...min(end.chunk, chunks.count - 1) {
      let lower = chunk == start.chunk ? start.offset : 0
      let upper = chunk == end.chunk ? end.offset : chunks[chunk].count
      if lower < upper { runs.append(chunks[chunk][lower..<upper]) }
    }
    return runs
  }

  func object(at position: Position) -> CachedObject { chunks[position.chunk][position.offset] }

  func next(_ position: Position) -> Position {
    position.offset + 1 < chunks[position.chunk].count
      ? Position(chunk: position.chunk, offset: position.offset + 1)
      : Position(chunk: position.chunk + 1, offset: 0)
  }

  private func locate(_ bytes: [UInt8]) -> (chunk: Int, offset: Int) {
    // The last chunk that begins at or before the key is the only one that may hold it.
    let following = firstIndex(below: chunks.count) {
      Key.order(chunks[$0][0].key.bytes, bytes) > 0
    }
    guard following > 0 else { return (0, 0) }
    let chunk = chunks[following - 1]
    let offset = firstIndex(below: chunk.count) { Key.order(chunk[$0].key.bytes, bytes) >= 0 }
    return offset < chunk.count ? (following - 1, offset) : (following, 0)
  }

  /// The first index for which a condition holds that, once it holds, holds for all later ones.
  private func firstIndex(below count: Int, where holds: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// A run of objects in key order. Holds the snapshot it came from.
package struct ObjectRange: Sequence, Sendable {
  let objects: OrderedObjects
  let start: OrderedObjects.Position
  let end: OrderedObjects.Position

  package var count: Int { objects.distance(from: start, to: end) }
  package var underestimatedCount: Int { count }

  package func makeIterator() -> Iterator {
    Iterator(objects: objects, position: start, end: end)
  }

  package struct Iterator: IteratorProtocol {
    let objects: OrderedObjects
    fileprivate(set) var position: OrderedObjects.Position
    let end: OrderedObjects.Position

    package mutating func next() -> CachedObject? {
      guard position != end else { return nil }
      defer { position = objects.next(position) }
      return objects.object(at: position)
    }
  }
}
