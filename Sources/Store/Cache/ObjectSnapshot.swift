package import Foundations

/// All objects of one resource as of one revision. A value: it stays as it is while the cache goes
/// on, and costs nothing to pass around.
package struct ObjectSnapshot: Sendable {
  /// What lists give as their resource version.
  package let revision: Revision
  /// The resource's part of every key: `/pods/`.
  package let prefix: Key
  private let objects: OrderedObjects

  init(revision: Revision, prefix: Key, objects: OrderedObjects) {
    self.revision = revision
    self.prefix = prefix
    self.objects = objects
  }

  package var count: Int { objects.count }

  /// - Parameter namespace: empty for objects outside namespaces.
  package func object(namespace: String, name: String) -> CachedObject? {
    objects[Key.object(prefix, namespace: namespace, name: name)]
  }

  package func object(at key: Key) -> CachedObject? { objects[key] }

  /// Objects in key order.
  /// - Parameter namespace: `nil` for all.
  package func objects(in namespace: String? = nil) -> ObjectRange {
    range(in: namespace, after: nil)
  }

  /// Part of a list.
  /// - Parameters:
  ///   - namespace: `nil` for all.
  ///   - after: the `continuation` of the page before; `nil` starts at the beginning.
  ///   - limit: most objects in the page; 0 for all.
  ///   - selects: which objects count; `nil` for all. With it the cost is that of all objects
  ///     looked at, which may be every one.
  package func page(
    in namespace: String? = nil, after: Key? = nil, limit: Int = 0,
    where selects: ((CachedObject) -> Bool)? = nil
  ) -> CachedPage {
    let range = range(in: namespace, after: after)
    var runs: [ArraySlice<CachedObject>] = []
    var room = limit > 0 ? limit : Int.max
    var remaining = range.count
    for run in objects.runs(from: range.start, to: range.end) {
      let (chosen, seenCount) = run.chosen(max: room, where: selects)
      remaining -= seenCount
      room -= chosen.count
      if !chosen.isEmpty { runs.append(chosen) }
      if room == 0 { break }
    }
    return CachedPage(
      runs: runs, continuation: remaining > 0 ? runs.last?.last?.key : nil,
      remainingCount: remaining)
  }

  private func range(in namespace: String?, after: Key?) -> ObjectRange {
    guard let namespace, !namespace.isEmpty else {
      let start = after.map(objects.position(after:)) ?? objects.start
      return ObjectRange(objects: objects, start: start, end: objects.end)
    }
    let within = prefix.appending("\(namespace)/")
    let end = objects.position(of: within.endOfPrefix)
    guard let after, after > within else {
      return ObjectRange(objects: objects, start: objects.position(of: within.bytes), end: end)
    }
    // A continuation from another namespace gives nothing instead of running off the range.
    let isWithin = after.hasPrefix(within)
    return ObjectRange(
      objects: objects, start: isWithin ? objects.position(after: after) : end, end: end)
  }
}

/// Part of a list, in key order.
package struct CachedPage: Sendable {
  /// The objects, in stretches that are shared with the snapshot wherever all of one is chosen.
  package let runs: [ArraySlice<CachedObject>]
  /// Where the next page starts; `nil` on the last one.
  package let continuation: Key?
  /// How many objects follow, selected or not. Only without a selection is it the number that
  /// Kubernetes calls `remainingItemCount`.
  package let remainingCount: Int

  /// The objects in one array of their own.
  package var objects: [CachedObject] { Array(runs.joined()) }
}

extension ArraySlice<CachedObject> {
  /// The first `max` objects that count: as they stand where they follow each other, which costs no
  /// reference count, else in an array of their own.
  /// - Returns: them, and how many were looked at.
  fileprivate func chosen(
    max: Int, where selects: ((CachedObject) -> Bool)?
  ) -> (objects: ArraySlice<CachedObject>, seenCount: Int) {
    guard let selects else {
      let first = prefix(max)
      return (first, first.count)
    }
    let leading = prefix(while: selects).prefix(max)
    if leading.count == max || leading.endIndex == endIndex { return (leading, leading.count) }
    var chosen = Array(leading)
    var seen = leading.endIndex
    while seen < endIndex, chosen.count < max {
      if selects(self[seen]) { chosen.append(self[seen]) }
      seen += 1
    }
    return (chosen[...], seen - startIndex)
  }
}

extension Key {
  /// The key of an object under its resource's prefix.
  /// - Parameter namespace: empty for objects outside namespaces.
  package static func object(_ prefix: Key, namespace: String, name: String) -> Key {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(prefix.bytes.count + namespace.utf8.count + name.utf8.count + 1)
    bytes.append(contentsOf: prefix.bytes)
    if !namespace.isEmpty {
      bytes.append(contentsOf: namespace.utf8)
      bytes.append(UInt8(ascii: "/"))
    }
    bytes.append(contentsOf: name.utf8)
    return Key(bytes: bytes)
  }
}
