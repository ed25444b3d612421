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
    let node = node
    return node.kind == .integer ? Int(Int64(bitPattern: node.bits)) : nil
  }

  /// A number of either kind as a double.
  package var double: Double? {
    let node = node
    switch node.kind {
    case .integer: return Double(Int64(bitPattern: node.bits))
    case .double: return Double(bitPattern: node.bits)
    default: return nil
    }
  }

  package var string: String? {
    let node = node
    guard node.kind == .string else { return nil }
    return text(at: node.low, node.high)
  }

  /// The bytes of a string value, without a copy; `nil` for every other kind.
  package var stringBytes: ArraySlice<UInt8>? {
    let node = node
    guard node.kind == .string else { return nil }
    return arena.text[Int(node.low)..<Int(node.low) + Int(node.high)]
  }

  /// How many members or elements; 0 for every other kind. Cost is O(count).
  package var count: Int {
    var count = 0
    var child = firstChild
    while child != 0 {
      count += 1
      child = Int(arena.nodes[child].next)
    }
    return count
  }

  package var isEmpty: Bool { firstChild == 0 }

  /// The value at the end of a path of member names; `nil` as soon as one is missing.
  package subscript(path names: String...) -> Document? { value(at: names) }

  package func value(at names: some Sequence<String>) -> Document? {
    var position = index
    for name in names {
      position = child(named: name, of: position)
      if position == 0 { return nil }
    }
    return Document(arena: arena, index: position)
  }

  /// Members in order of writing; empty for every kind but objects.
  package var members: Members { Members(arena: arena, cursor: isObject ? firstChild : 0) }

  /// Elements in order; empty for every kind but arrays.
  package var elements: Elements { Elements(arena: arena, cursor: isArray ? firstChild : 0) }

  package struct Members: Sequence, IteratorProtocol {
    let arena: Arena
    var cursor: Int

    package mutating func next() -> (name: String, value: Document)? {
      guard cursor != 0 else { return nil }
      let value = Document(arena: arena, index: cursor)
      let node = arena.nodes[cursor]
      cursor = Int(node.next)
      return (value.text(at: node.nameOffset, node.nameLength), value)
    }
  }

  package struct Elements: Sequence, IteratorProtocol {
    let arena: Arena
    var cursor: Int

    package mutating func next() -> Document? {
      guard cursor != 0 else { return nil }
      let value = Document(arena: arena, index: cursor)
      cursor = Int(arena.nodes[cursor].next)
      return value
    }
  }
}

// MARK: Links

extension Document {
  /// The first child's index; 0 where there is none or this value has no children.
  var firstChild: Int {
    let node = node
    return node.kind == .object || node.kind == .array ? Int(node.low) : 0
  }

  func text(at offset: UInt32, _ length: UInt32) -> String {
    arena.text.withUnsafeBufferPointer {
      let slice = $0[Int(offset)..<Int(offset) + Int(length)]
      return String(decoding: UnsafeBufferPointer(rebasing: slice), as: UTF8.self)
    }
  }

  func child(named name: String) -> Int { child(named: name, of: index) }

  /// The index of a member of the object at `parent`; 0 where there is none. Cost is O(members).
  func child(named name: String, of parent: Int) -> Int {
    guard arena.nodes[parent].kind == .object else { return 0 }
    var name = name
    return name.withUTF8 { wanted in
      arena.nodes.withUnsafeBufferPointer { nodes in
        arena.text.withUnsafeBufferPointer { text in
          var child = Int(nodes[parent].low)
          while child != 0 {
            if Int(nodes[child].nameLength) == wanted.count
              && equalBytes(text, at: Int(nodes[child].nameOffset), wanted)
            {
              return child
            }
            child = Int(nodes[child].next)
          }
          return 0
        }
      }
    }
  }

  /// The index of an element; traps outside the array.
  func child(at position: Int) -> Int {
    precondition(position >= 0, "negative position \(position)")
    var child = isArray ? firstChild : 0
    var remaining = position
    while child != 0 && remaining > 0 {
      child = Int(arena.nodes[child].next)
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
