extension Document {
  /// The same object with `metadata.resourceVersion` set, in an arena of its own that holds nothing
  /// else: what was replaced or removed since the object was first read stays behind.
  ///
  /// Every committed object passes here once and then lives long. Cost is one walk over the object.
  package func withResourceVersion(_ version: String) -> Document {
    // Room for the member and, where it is missing, for `metadata`.
    let (nodesMax, textMax) = (arena.nodes.count + 2, arena.text.count + 64)
    var copy = compacted(nodesMax: nodesMax, textMax: textMax)
    copy.set(Document(version), at: ["metadata", "resourceVersion"])
    copy.arena.shrink()
    return copy
  }
}

extension Arena {
  /// Gives back room that was reserved and not needed, where that is worth a copy.
  fileprivate func shrink() {
    if nodes.capacity - nodes.count > nodes.count / 8 {
      nodes = Self.exactCopy(of: nodes)
    }
    if text.capacity - text.count > text.count / 8 { text = Self.exactCopy(of: text) }
  }

  private static func exactCopy<Element>(of elements: [Element]) -> [Element] {
    var copy: [Element] = []
    copy.reserveCapacity(elements.count)
    copy.append(contentsOf: elements)
    return copy
  }
}
