/// A JSON-shaped value: a whole API object or any part of one.
///
/// Shape: an arena of fixed-size nodes linked by index, beside one array of text bytes. Reading a
/// member shares the arena (one retain, no copy); the first write to a shared document copies it;
/// `document["spec"]?["nodeName"] = "n"` writes in place. Object members keep the order in which
/// they were written. A member that is replaced or removed stays in the arena as unreachable bytes
/// until `compacted()`.
///
/// Why an arena: `docs/decisions/0001-document-representation.md`.
package struct Document: Sendable {
  var arena: Arena
  /// This value's node; other nodes may belong to values around it.
  var index: Int

  init(arena: Arena, index: Int) {
    self.arena = arena
    self.index = index
  }

  init(nodes: [Node], text: [UInt8], index: Int) {
    self.init(arena: Arena(nodes: nodes, text: text), index: index)
  }

  /// One value of the arena. A child is reached through its parent's `first` and its siblings'
  /// `next`; index 0 as a link means "none", since node 0 is never a child.
  struct Node: Sendable {
    var kind: Kind
    /// What a reader notes about the value while it makes it; of no meaning afterwards.
    var mark: UInt16 = 0
    /// Where the member's name lies in `text`; meaningless for array elements.
    var nameOffset: UInt32
    var nameLength: UInt32
    var next: UInt32
    /// Containers: first child and last child. Strings: offset and length in `text`. Numbers: the
    /// low and high half of the bits.
    var low: UInt32
    var high: UInt32

    init(_ kind: Kind, low: UInt32 = 0, high: UInt32 = 0) {
      self.kind = kind
      self.nameOffset = 0
      self.nameLength = 0
      self.next = 0
      self.low = low
      self.high = high
    }

    init(_ kind: Kind, bits: UInt64) {
      self.init(
        kind, low: UInt32(truncatingIfNeeded: bits), high: UInt32(truncatingIfNeeded: bits >> 32))
    }

    var bits: UInt64 { UInt64(low) | UInt64(high) << 32 }
  }

  /// What a value is. JSON's numbers are split as Kubernetes does: whole numbers that fit 64 bits
  /// are `integer`, all others `double`.
  package enum Kind: UInt8, Sendable {
    case null, `false`, `true`, integer, double, string, array, object
  }

  package var kind: Kind { node.kind }

  var node: Node { arena.nodes[index] }

  /// How many values the arena holds, unreachable ones included: a measure of its size.
  package var nodeCount: Int { arena.nodes.count }

  /// Memory that the arena takes.
  package var byteCount: Int {
    arena.nodes.capacity * MemoryLayout<Node>.stride + arena.text.capacity
  }
}

// MARK: Making values

extension Document {
  private init(_ node: Node, text: [UInt8] = []) {
    self.init(nodes: [node], text: text, index: 0)
  }

  package static let null = Document(Node(.null))
  /// An object without members.
  package static var emptyObject: Document { Document(Node(.object)) }
  /// An array without elements.
  package static var emptyArray: Document { Document(Node(.array)) }

  package init(_ value: Bool) { self.init(Node(value ? .true : .false)) }
  package init(_ value: Int) { self.init(Node(.integer, bits: UInt64(bitPattern: Int64(value)))) }
  package init(_ value: Double) { self.init(Node(.double, bits: value.bitPattern)) }

  package init(_ value: some StringProtocol) {
    let text = Array(value.utf8)
    self.init(Node(.string, low: 0, high: UInt32(text.count)), text: text)
  }

  package init(_ elements: some Sequence<Document>) {
    self = .emptyArray
    for element in elements { append(element) }
  }

  package init(_ members: some Sequence<(String, Document)>) {
    self = .emptyObject
    for (name, value) in members { self[name] = value }
  }
}

/// Not by `nil`: `document["name"] == nil` asks whether a member is absent, and must not find null.
extension Document: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral
{
  package init(dictionaryLiteral elements: (String, Document)...) { self.init(elements) }
  package init(arrayLiteral elements: Document...) { self.init(elements) }
  package init(stringLiteral value: String) { self.init(value) }
  package init(integerLiteral value: Int) { self.init(value) }
  package init(booleanLiteral value: Bool) { self.init(value) }
  package init(floatLiteral value: Double) { self.init(value) }
}
