/// A JSON-shaped value: a whole API object or any part of one.
///
/// Shape: an arena of fixed-size nodes linked by index, beside one array of text bytes. Reading a
/// member shares both arrays (two retains, no copy); the first write to a shared document copies
/// them. Object members keep the order in which they were written. A member that is replaced or
/// removed stays in the arena as unreachable bytes until `compacted()`.
///
/// Why an arena: `docs/decisions/0001-document-representation.md`.
package struct Document: Sendable {
  /// The arena. `nodes[index]` is this value; other nodes may belong to values around it.
  package internal(set) var nodes: [Node]
  /// Contents of strings and names of members, referenced by the nodes by offset and length.
  package internal(set) var text: [UInt8]
  package internal(set) var index: Int

  init(nodes: [Node], text: [UInt8], index: Int) {
    self.nodes = nodes
    self.text = text
    self.index = index
  }

  /// One value of the arena. A child is reached through its parent's `first` and its siblings'
  /// `next`; index 0 as a link means "none", since node 0 is never a child.
  package struct Node: Sendable {
    package var kind: Kind
    /// Where the member's name lies in `text`; meaningless for array elements.
    package var nameOffset: UInt32
    package var nameLength: UInt32
    package var next: UInt32
    /// Containers: first child and last child. Strings: offset and length in `text`. Numbers: the
    /// low and high half of the bits.
    package var low: UInt32
    package var high: UInt32

    package init(_ kind: Kind, low: UInt32 = 0, high: UInt32 = 0) {
      self.kind = kind
      self.nameOffset = 0
      self.nameLength = 0
      self.next = 0
      self.low = low
      self.high = high
    }

    var bits: UInt64 { UInt64(low) | UInt64(high) << 32 }
  }

  /// What a value is. JSON's numbers are split as Kubernetes does: whole numbers that fit 64 bits
  /// are `integer`, all others `double`.
  package enum Kind: UInt8, Sendable {
    case null, `false`, `true`, integer, double, string, array, object
  }

  package var kind: Kind { nodes[index].kind }
}

// MARK: Making values

extension Document {
  package static let null = Document(nodes: [Node(.null)], text: [], index: 0)
  /// An object without members.
  package static let emptyObject = Document(nodes: [Node(.object)], text: [], index: 0)
  /// An array without elements.
  package static let emptyArray = Document(nodes: [Node(.array)], text: [], index: 0)

  package init(_ value: Bool) {
    self.init(nodes: [Node(value ? .true : .false)], text: [], index: 0)
  }

  package init(_ value: Int) {
    let bits = UInt64(bitPattern: Int64(value))
    let node = Node(
      .integer, low: UInt32(truncatingIfNeeded: bits), high: UInt32(truncatingIfNeeded: bits >> 32))
    self.init(nodes: [node], text: [], index: 0)
  }

  package init(_ value: Double) {
    let bits = value.bitPattern
    let node = Node(
      .double, low: UInt32(truncatingIfNeeded: bits), high: UInt32(truncatingIfNeeded: bits >> 32))
    self.init(nodes: [node], text: [], index: 0)
  }

  package init(_ value: some StringProtocol) {
    let text = Array(value.utf8)
    let node = Node(.string, low: 0, high: UInt32(text.count))
    self.init(nodes: [node], text: text, index: 0)
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

extension Document: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
  package init(dictionaryLiteral elements: (String, Document)...) { self.init(elements) }
  package init(arrayLiteral elements: Document...) { self.init(elements) }
  package init(stringLiteral value: String) { self.init(value) }
  package init(integerLiteral value: Int) { self.init(value) }
  package init(booleanLiteral value: Bool) { self.init(value) }
  package init(floatLiteral value: Double) { self.init(value) }
  package init(nilLiteral: ()) { self = .null }
}

// MARK: Reading

extension Document {
  package var isNull: Bool { kind == .null }
  package var isObject: Bool { kind == .object }
  package var isArray: Bool { kind == .array }

  package var bool: Bool? {
    switch kind {
    case .true: true
    case .false: false
    default: nil
    }
  }

  package var integer: Int? {
    let node = nodes[index]
    return node.kind == .integer ? Int(Int64(bitPattern: node.bits)) : nil
  }

  /// A number of either kind as a double.
  package var double: Double? {
    let node = nodes[index]
    switch node.kind {
    case .integer: return Double(Int64(bitPattern: node.bits))
    case .double: return Double(bitPattern: node.bits)
    default: return nil
    }
  }

  package var string: String? {
    let node = nodes[index]
    guard node.kind == .string else { return nil }
    return text(at: node.low, node.high)
  }

  /// The bytes of a string value, without a copy; `nil` for every other kind.
  package var stringBytes: ArraySlice<UInt8>? {
    let node = nodes[index]
    guard node.kind == .string else { return nil }
    return text[Int(node.low)..<Int(node.low) + Int(node.high)]
  }

  /// How many members or elements; 0 for every other kind. Cost is O(count).
  package var count: Int {
    var count = 0
    var child = firstChild
    while child != 0 {
      count += 1
      child = Int(nodes[child].next)
    }
    return count
  }

  package var isEmpty: Bool { firstChild == 0 }

  /// A member's value; `nil` where this is no object or has no such member. A member that holds
  /// JSON null is found and `isNull`.
  package subscript(name: String) -> Document? {
    get {
      let child = child(named: name)
      return child == 0 ? nil : Document(nodes: nodes, text: text, index: child)
    }
    set {
      if let newValue { setMember(name, newValue) } else { removeMember(name) }
    }
  }

  /// The element at a position; traps outside `0..<count`. Cost is O(position).
  package subscript(position: Int) -> Document {
    get {
      let child = child(at: position)
      return Document(nodes: nodes, text: text, index: child)
    }
    set { replaceElement(at: position, with: newValue) }
  }

  /// The value at the end of a path of member names; `nil` as soon as one is missing.
  package subscript(path names: String...) -> Document? { value(at: names) }

  package func value(at names: some Sequence<String>) -> Document? {
    var position = index
    for name in names {
      position = child(named: name, of: position)
      if position == 0 { return nil }
    }
    return Document(nodes: nodes, text: text, index: position)
  }

  /// Members in order of writing; empty for every kind but objects.
  package var members: Members { Members(document: self, cursor: isObject ? firstChild : 0) }

  /// Elements in order; empty for every kind but arrays.
  package var elements: Elements { Elements(document: self, cursor: isArray ? firstChild : 0) }

  package struct Members: Sequence, IteratorProtocol {
    let document: Document
    var cursor: Int

    package mutating func next() -> (name: String, value: Document)? {
      guard cursor != 0 else { return nil }
      let value = Document(nodes: document.nodes, text: document.text, index: cursor)
      let node = document.nodes[cursor]
      cursor = Int(node.next)
      return (document.text(at: node.nameOffset, node.nameLength), value)
    }
  }

  package struct Elements: Sequence, IteratorProtocol {
    let document: Document
    var cursor: Int

    package mutating func next() -> Document? {
      guard cursor != 0 else { return nil }
      let value = Document(nodes: document.nodes, text: document.text, index: cursor)
      cursor = Int(document.nodes[cursor].next)
      return value
    }
  }
}

// MARK: Links

extension Document {
  /// The first child's index; 0 where there is none or this value has no children.
  package var firstChild: Int { firstChild(of: index) }

  package func firstChild(of parent: Int) -> Int {
    let node = nodes[parent]
    return node.kind == .object || node.kind == .array ? Int(node.low) : 0
  }

  func text(at offset: UInt32, _ length: UInt32) -> String {
    String(decoding: text[Int(offset)..<Int(offset) + Int(length)], as: UTF8.self)
  }

  func child(named name: String) -> Int { child(named: name, of: index) }

  /// The index of a member of the object at `parent`; 0 where there is none.
  func child(named name: String, of parent: Int) -> Int {
    guard nodes[parent].kind == .object else { return 0 }
    var name = name
    return name.withUTF8 { wanted in
      nodes.withUnsafeBufferPointer { nodes in
        text.withUnsafeBufferPointer { text in
          var child = Int(nodes[parent].low)
          while child != 0 {
            let node = nodes[child]
            if Int(node.nameLength) == wanted.count
              && equalBytes(text, at: Int(node.nameOffset), wanted)
            {
              return child
            }
            child = Int(node.next)
          }
          return 0
        }
      }
    }
  }

  func child(at position: Int) -> Int {
    precondition(position >= 0, "negative position \(position)")
    var child = isArray ? firstChild : 0
    var remaining = position
    while child != 0 && remaining > 0 {
      child = Int(nodes[child].next)
      remaining -= 1
    }
    precondition(child != 0, "position \(position) is outside the array")
    return child
  }
}

@inline(__always)
private func equalBytes(
  _ text: UnsafeBufferPointer<UInt8>, at offset: Int, _ wanted: UnsafeBufferPointer<UInt8>
) -> Bool {
  for position in 0..<wanted.count where text[offset + position] != wanted[position] {
    return false
  }
  return true
}
