extension Document {
  /// Adds an element at the end of an array. A value that is no array becomes one first.
  package mutating func append(_ element: Document) {
    if !isArray { reset(to: .array) }
    let child = adopt(element)
    link(child)
  }

  /// Sets a member, in its old place where the object had one, else at the end. A value that is no
  /// object becomes one first.
  package mutating func setMember(_ name: String, _ value: Document) {
    if !isObject { reset(to: .object) }
    let old = child(named: name)
    let child = adopt(value)
    if old != 0 {
      nodes[child].nameOffset = nodes[old].nameOffset
      nodes[child].nameLength = nodes[old].nameLength
      replaceLink(from: old, to: child)
    } else {
      nodes[child].nameOffset = UInt32(text.count)
      text.append(contentsOf: name.utf8)
      nodes[child].nameLength = UInt32(text.count) - nodes[child].nameOffset
      link(child)
    }
  }

  /// Removes a member; nothing happens where there is none.
  package mutating func removeMember(_ name: String) {
    let old = child(named: name)
    if old != 0 { unlink(old) }
  }

  package mutating func replaceElement(at position: Int, with element: Document) {
    let old = child(at: position)
    let child = adopt(element)
    replaceLink(from: old, to: child)
  }

  package mutating func removeElement(at position: Int) {
    unlink(child(at: position))
  }

  /// Sets the value at the end of a path, making the objects on the way.
  package mutating func set(_ value: Document?, at path: [String]) {
    guard let first = path.first else {
      if let value { self = value }
      return
    }
    if path.count == 1 {
      self[first] = value
      return
    }
    let existing: Document? = self[first]
    if existing == nil && value == nil { return }
    var inner = existing ?? .emptyObject
    inner.set(value, at: Array(path.dropFirst()))
    self[first] = inner
  }

  /// The same value in an arena of its own, with nothing unreachable in it. Cost is O(value).
  package func compacted() -> Document {
    var copy = Document(nodes: [], text: [], index: 0)
    copy.nodes.reserveCapacity(index == 0 ? nodes.count : 16)
    copy.text.reserveCapacity(index == 0 ? text.count : 256)
    copy.index = copy.adopt(self)
    return copy
  }

  /// Copies a value, with everything under it, to the end of this arena; returns its index. The
  /// copy has no name and no siblings yet.
  mutating func adopt(_ other: Document) -> Int {
    let source = other.nodes[other.index]
    let copy = nodes.count
    var node = source
    node.next = 0
    node.nameOffset = 0
    node.nameLength = 0
    switch source.kind {
    case .string:
      node.low = UInt32(text.count)
      text.append(contentsOf: other.text[Int(source.low)..<Int(source.low) + Int(source.high)])
      nodes.append(node)
    case .object, .array:
      node.low = 0
      node.high = 0
      nodes.append(node)
      var child = Int(source.low)
      var last = 0
      while child != 0 {
        let original = other.nodes[child]
        let adopted = adopt(Document(nodes: other.nodes, text: other.text, index: child))
        if original.nameLength > 0 || source.kind == .object {
          nodes[adopted].nameOffset = UInt32(text.count)
          nodes[adopted].nameLength = original.nameLength
          let start = Int(original.nameOffset)
          text.append(contentsOf: other.text[start..<start + Int(original.nameLength)])
        }
        if last == 0 { nodes[copy].low = UInt32(adopted) } else { nodes[last].next = UInt32(adopted) }
        last = adopted
        child = Int(original.next)
      }
      nodes[copy].high = UInt32(last)
    default:
      nodes.append(node)
    }
    return copy
  }

  private mutating func reset(to kind: Kind) {
    nodes[index].kind = kind
    nodes[index].low = 0
    nodes[index].high = 0
  }

  /// Links a fresh node as the last child.
  private mutating func link(_ child: Int) {
    let last = Int(nodes[index].high)
    if last == 0 { nodes[index].low = UInt32(child) } else { nodes[last].next = UInt32(child) }
    nodes[index].high = UInt32(child)
  }

  private mutating func replaceLink(from old: Int, to new: Int) {
    nodes[new].next = nodes[old].next
    let before = childBefore(old)
    if before == 0 { nodes[index].low = UInt32(new) } else { nodes[before].next = UInt32(new) }
    if Int(nodes[index].high) == old { nodes[index].high = UInt32(new) }
  }

  private mutating func unlink(_ old: Int) {
    let before = childBefore(old)
    let after = nodes[old].next
    if before == 0 { nodes[index].low = after } else { nodes[before].next = after }
    if Int(nodes[index].high) == old { nodes[index].high = UInt32(before) }
  }

  private func childBefore(_ child: Int) -> Int {
    var before = 0
    var current = Int(nodes[index].low)
    while current != child {
      before = current
      current = Int(nodes[current].next)
    }
    return before
  }
}

extension Document: Equatable, Hashable {
  /// Same value: member order does not count, and an integer equals the double of the same value.
  package static func == (left: Document, right: Document) -> Bool {
    switch (left.kind, right.kind) {
    case (.null, .null), (.true, .true), (.false, .false): return true
    case (.integer, .integer): return left.integer == right.integer
    case (.integer, .double), (.double, .integer), (.double, .double):
      return left.double == right.double
    case (.string, .string): return left.stringBytes == right.stringBytes
    case (.array, .array):
      return left.elements.elementsEqual(right.elements)
    case (.object, .object):
      guard left.count == right.count else { return false }
      for (name, value) in left.members where right[name] != value { return false }
      return true
    default: return false
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
