extension Document {
  /// A member's value; `nil` where this is no object or has no such member. A member that holds
  /// JSON null is found and `isNull`. Setting keeps the old place, or appends; a value that is no
  /// object becomes one first. A change inside a member is made in place.
  package subscript(name: String) -> Document? {
    get {
      let child = child(named: name)
      return child == 0 ? nil : Document(arena: arena, index: child)
    }
    set {
      if let newValue { setMember(name, newValue) } else { removeMember(name) }
    }
    _modify {
      let child = child(named: name)
      var part: Document? = child == 0 ? nil : lend(child)
      // In a `defer`, so that a change is kept even where the caller throws in the middle of it.
      defer { takeBack(part, child, name) }
      yield &part
    }
  }

  /// The element at a position; traps outside `0..<count`. Cost is O(position). A change inside it
  /// is made in place.
  package subscript(position: Int) -> Document {
    get { Document(arena: arena, index: child(at: position)) }
    set { replaceElement(at: position, with: newValue) }
    _modify {
      let child = child(at: position)
      var part = lend(child)
      defer { takeBack(part, child, "") }
      yield &part
    }
  }

  /// Adds an element at the end of an array. A value that is no array becomes one first.
  package mutating func append(_ element: Document) {
    makeUnique()
    if !isArray { reset(to: .array) }
    link(adopt(element), into: index)
  }

  /// Sets a member, in its old place where the object had one, else at the end. A value that is no
  /// object becomes one first.
  package mutating func setMember(_ name: String, _ value: Document) {
    makeUnique()
    if !isObject { reset(to: .object) }
    let old = child(named: name)
    let child = adopt(value)
    if old != 0 {
      arena.nodes[child].nameOffset = arena.nodes[old].nameOffset
      arena.nodes[child].nameLength = arena.nodes[old].nameLength
      replaceLink(from: old, to: child)
    } else {
      arena.nodes[child].nameOffset = UInt32(arena.text.count)
      arena.text.append(contentsOf: name.utf8)
      arena.nodes[child].nameLength = UInt32(arena.text.count) - arena.nodes[child].nameOffset
      link(child, into: index)
    }
  }

  /// Adds an empty object as a member of an object anywhere in this arena, in which it is not there yet:
  /// to write a deep value without a copy for each of its levels.
  /// - Parameter place: the node of an object.
  /// - Returns: the new object's node, which is a place for more.
  mutating func appendEmptyObject(_ name: String, at place: Int) -> Int {
    makeUnique()
    let child = arena.nodes.count
    var node = Node(.object)
    node.nameOffset = UInt32(arena.text.count)
    arena.text.append(contentsOf: name.utf8)
    node.nameLength = UInt32(arena.text.count) - node.nameOffset
    arena.nodes.append(node)
    link(child, into: place)
    return child
  }

  /// Removes a member; nothing happens where there is none.
  package mutating func removeMember(_ name: String) {
    let old = child(named: name)
    guard old != 0 else { return }
    makeUnique()
    unlink(old)
  }

  package mutating func replaceElement(at position: Int, with element: Document) {
    let old = child(at: position)
    makeUnique()
    replaceLink(from: old, to: adopt(element))
  }

  package mutating func removeElement(at position: Int) {
    let old = child(at: position)
    makeUnique()
    unlink(old)
  }

  /// Sets the value at the end of a path, making the objects on the way; `nil` removes it.
  package mutating func set(_ value: Document?, at path: [String]) {
    set(value, at: path[...])
  }

  private mutating func set(_ value: Document?, at path: ArraySlice<String>) {
    guard let first = path.first else {
      if let value { self = value }
      return
    }
    if path.count == 1 {
      self[first] = value
      return
    }
    if child(named: first) == 0 {
      if value == nil { return }
      setMember(first, .emptyObject)
    }
    self[first]?.set(value, at: path.dropFirst())
  }

  /// Changes a member object or array in place, where there is one.
  package mutating func edit(_ name: String, _ change: (inout Document) -> Void) {
    let child = child(named: name)
    guard child != 0, arena.nodes[child].kind == .object || arena.nodes[child].kind == .array else {
      return
    }
    edit(child, change)
  }

  /// Changes each element of an array in place.
  package mutating func editElements(_ change: (inout Document) -> Void) {
    var child = isArray ? firstChild : 0
    while child != 0 {
      edit(child, change)
      // A node that was replaced still says what came behind it.
      child = Int(arena.nodes[child].next)
    }
  }

  private mutating func edit(_ child: Int, _ change: (inout Document) -> Void) {
    var part = lend(child)
    change(&part)
    takeBack(part, child, "")
  }

  /// The same value in an arena of its own, with nothing unreachable in it. Cost is O(value).
  package func compacted() -> Document {
    compacted(
      nodesMax: index == 0 ? arena.nodes.count : 16, textMax: index == 0 ? arena.text.count : 256)
  }

  /// - Parameters:
  ///   - nodesMax: room to reserve, which is not a limit.
  ///   - textMax: likewise, in bytes.
  func compacted(nodesMax: Int, textMax: Int) -> Document {
    var copy = Document(nodes: [], text: [], index: 0)
    copy.arena.nodes.reserveCapacity(nodesMax)
    copy.arena.text.reserveCapacity(textMax)
    copy.index = copy.adopt(self)
    return copy
  }
}

// MARK: Sharing

extension Document {
  /// Makes the arena this document's own before a write.
  ///
  /// While the arena is lent (see `lend`), each lender on the way from the whole document down to
  /// this part holds it once. Any reference beyond these is somebody's copy, which a write must not
  /// reach. A part that is copied while it is lent must stay on its thread until the change ends.
  mutating func makeUnique() {
    let isOwn =
      arena.lendingDepth == 0
      ? isKnownUniquelyReferenced(&arena)
      : _getRetainCount(arena) <= UInt(1 + arena.lendingDepth)
    if !isOwn { arena = Arena(nodes: arena.nodes, text: arena.text) }
  }

  /// A part of this document to be changed in place: it shares the arena, and may write to it.
  /// Each call is followed by one of `takeBack`.
  mutating func lend(_ child: Int) -> Document {
    makeUnique()
    arena.lendingDepth += 1
    return Document(arena: arena, index: child)
  }

  /// Ends a change of the child at an index (0 where there was none and nothing was lent). A part
  /// that still stands in this arena was changed in place; any other has replaced it.
  mutating func takeBack(_ part: Document?, _ child: Int, _ name: String) {
    if child == 0 {
      if let part { setMember(name, part) }
      return
    }
    arena.lendingDepth -= 1
    guard let part else {
      makeUnique()
      unlink(child)
      return
    }
    if part.arena === arena && part.index == child { return }
    makeUnique()
    let adopted = adopt(part)
    arena.nodes[adopted].nameOffset = arena.nodes[child].nameOffset
    arena.nodes[adopted].nameLength = arena.nodes[child].nameLength
    replaceLink(from: child, to: adopted)
  }
}

// MARK: Nodes

extension Document {
  /// Copies a value, with everything under it, to the end of this arena; returns its index. The
  /// copy has no name and no siblings yet.
  private mutating func adopt(_ other: Document) -> Int {
    let from = other.arena
    return from.nodes.withUnsafeBufferPointer { nodes in
      from.text.withUnsafeBufferPointer { text in
        // Offsets and lengths below were made by the arena they are read from.
        Adoption(nodes: nodes, text: text).copy(other.index, to: arena)
      }
    }
  }

  private mutating func reset(to kind: Kind) {
    arena.nodes[index].kind = kind
    arena.nodes[index].low = 0
    arena.nodes[index].high = 0
  }

  /// Links a fresh node as the last child of a container.
  private mutating func link(_ child: Int, into parent: Int) {
    let last = Int(arena.nodes[parent].high)
    if last == 0 {
      arena.nodes[parent].low = UInt32(child)
    } else {
      arena.nodes[last].next = UInt32(child)
    }
    arena.nodes[parent].high = UInt32(child)
  }

  private mutating func replaceLink(from old: Int, to new: Int) {
    arena.nodes[new].next = arena.nodes[old].next
    let before = childBefore(old)
    if before == 0 {
      arena.nodes[index].low = UInt32(new)
    } else {
      arena.nodes[before].next = UInt32(new)
    }
    if Int(arena.nodes[index].high) == old { arena.nodes[index].high = UInt32(new) }
  }

  private mutating func unlink(_ old: Int) {
    let before = childBefore(old)
    let after = arena.nodes[old].next
    if before == 0 { arena.nodes[index].low = after } else { arena.nodes[before].next = after }
    if Int(arena.nodes[index].high) == old { arena.nodes[index].high = UInt32(before) }
  }

  private func childBefore(_ child: Int) -> Int {
    var before = 0
    var current = Int(arena.nodes[index].low)
    while current != child {
      before = current
      current = Int(arena.nodes[current].next)
    }
    return before
  }
}

/// Copies a value from one arena to the end of another, which may be the same one: it reads from
/// what was there when it began.
private struct Adoption {
  let nodes: UnsafeBufferPointer<Document.Node>
  let text: UnsafeBufferPointer<UInt8>

  func copy(_ index: Int, to arena: Arena) -> Int {
    let source = nodes[index]
    let copy = arena.nodes.count
    var node = source
    node.next = 0
    node.nameOffset = 0
    node.nameLength = 0
    switch source.kind {
    case .string:
      node.low = append(source.low, source.high, to: arena)
      arena.nodes.append(node)
    case .object, .array:
      node.low = 0
      node.high = 0
      arena.nodes.append(node)
      var child = Int(source.low)
      var last = 0
      while child != 0 {
        let adopted = self.copy(child, to: arena)
        if source.kind == .object {
          let length = nodes[child].nameLength
          arena.nodes[adopted].nameOffset = append(nodes[child].nameOffset, length, to: arena)
          arena.nodes[adopted].nameLength = length
        }
        if last == 0 {
          arena.nodes[copy].low = UInt32(adopted)
        } else {
          arena.nodes[last].next = UInt32(adopted)
        }
        last = adopted
        child = Int(nodes[child].next)
      }
      arena.nodes[copy].high = UInt32(last)
    default:
      arena.nodes.append(node)
    }
    return copy
  }

  private func append(_ offset: UInt32, _ length: UInt32, to arena: Arena) -> UInt32 {
    let start = UInt32(arena.text.count)
    let slice = text[Int(offset)..<Int(offset) + Int(length)]
    arena.text.append(contentsOf: UnsafeBufferPointer(rebasing: slice))
    return start
  }
}
