extension Document: Equatable, Hashable {
  /// Same value: member order does not count, and an integer equals the double of the same value.
  package static func == (left: Document, right: Document) -> Bool {
    if left.arena === right.arena && left.index == right.index { return true }
    let (leftArena, rightArena) = (left.arena, right.arena)
    return leftArena.nodes.withUnsafeBufferPointer { leftNodes in
      leftArena.text.withUnsafeBufferPointer { leftText in
        rightArena.nodes.withUnsafeBufferPointer { rightNodes in
          rightArena.text.withUnsafeBufferPointer { rightText in
            // Offsets and lengths below were made by the arenas they are read from.
            DocumentComparison(
              left: DocumentComparison.Side(nodes: leftNodes, text: leftText),
              right: DocumentComparison.Side(nodes: rightNodes, text: rightText)
            ).areSame(left.index, right.index)
          }
        }
      }
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch kind {
    case .null: hasher.combine(0)
    case .true: hasher.combine(true)
    case .false: hasher.combine(false)
    case .integer, .double: hasher.combine(double)
    case .string: hasher.combine(string)
    case .array: for element in elements { hasher.combine(element) }
    case .object:
      // Order does not count, so the members' hashes are added, which commutes.
      var sum = 0
      for (name, value) in members {
        var inner = Hasher()
        inner.combine(name)
        inner.combine(value)
        sum &+= inner.finalize()
      }
      hasher.combine(sum)
    }
  }
}

/// Compares a value of one arena with one of another, or of the same. Reads nodes where they lie: most
/// writes ask whether they change anything.
private struct DocumentComparison {
  struct Side {
    let nodes: UnsafeBufferPointer<Document.Node>
    let text: UnsafeBufferPointer<UInt8>

    func bytes(_ offset: UInt32, _ length: UInt32) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: text[Int(offset)..<Int(offset) + Int(length)])
    }

    func name(of index: Int) -> UnsafeBufferPointer<UInt8> {
      bytes(nodes[index].nameOffset, nodes[index].nameLength)
    }

    func next(after index: Int) -> Int { Int(nodes[index].next) }

    func count(from index: Int) -> Int {
      var (count, child) = (0, index)
      while child != 0 {
        count += 1
        child = next(after: child)
      }
      return count
    }

    /// - Parameter index: of a number.
    func number(at index: Int) -> Double {
      let node = nodes[index]
      return node.kind == .integer
        ? Double(Int64(bitPattern: node.bits)) : Double(bitPattern: node.bits)
    }
  }

  let left: Side
  let right: Side

  func areSame(_ leftIndex: Int, _ rightIndex: Int) -> Bool {
    let (mine, other) = (left.nodes[leftIndex], right.nodes[rightIndex])
    switch (mine.kind, other.kind) {
    case (.null, .null), (.true, .true), (.false, .false): return true
    case (.integer, .integer): return mine.bits == other.bits
    case (.integer, .double), (.double, .integer), (.double, .double):
      return left.number(at: leftIndex) == right.number(at: rightIndex)
    case (.string, .string):
      return Self.areSame(left.bytes(mine.low, mine.high), right.bytes(other.low, other.high))
    case (.array, .array): return areSameElements(Int(mine.low), Int(other.low))
    case (.object, .object): return areSameMembers(Int(mine.low), Int(other.low))
    default: return false
    }
  }

  private func areSameElements(_ leftFirst: Int, _ rightFirst: Int) -> Bool {
    var (mine, other) = (leftFirst, rightFirst)
    while mine != 0, other != 0 {
      guard areSame(mine, other) else { return false }
      (mine, other) = (left.next(after: mine), right.next(after: other))
    }
    return mine == other
  }

  /// Side by side for as long as both have them in one order, as is the rule; each by itself from there
  /// on.
  private func areSameMembers(_ leftFirst: Int, _ rightFirst: Int) -> Bool {
    var (mine, other) = (leftFirst, rightFirst)
    while mine != 0, other != 0, Self.areSame(left.name(of: mine), right.name(of: other)) {
      guard areSame(mine, other) else { return false }
      (mine, other) = (left.next(after: mine), right.next(after: other))
    }
    guard left.count(from: mine) == right.count(from: other) else { return false }
    while mine != 0 {
      guard let found = member(left.name(of: mine), from: other), areSame(mine, found) else {
        return false
      }
      mine = left.next(after: mine)
    }
    return true
  }

  private func member(_ name: UnsafeBufferPointer<UInt8>, from first: Int) -> Int? {
    var child = first
    while child != 0 {
      if Self.areSame(name, right.name(of: child)) { return child }
      child = right.next(after: child)
    }
    return nil
  }

  private static func areSame(
    _ mine: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard mine.count == other.count else { return false }
    for position in mine.indices where mine[position] != other[position] { return false }
    return true
  }
}
