/// Member names: which field one is, and whether it has come before.
extension JSONMachine {
  /// Maps of more members are searched for duplicates when they close instead of at each member.
  static let watchedNamesMax: UInt32 = 48

  /// Reads `"name":` at `offset`, and says what its value has to be.
  @inline(__always)
  mutating func member(_ type: inout FieldType) -> Bool {
    guard bytes[offset] == UInt8(ascii: "\"") else { return fail(unexpected: bytes[offset]) }
    guard let name = string() else { return false }
    guard skipSpaceToByte() else { return false }
    guard bytes[offset] == UInt8(ascii: ":") else { return fail(unexpected: bytes[offset]) }
    offset &+= 1
    guard skipSpaceToByte() else { return false }
    nameOffset = name.offset
    nameLength = name.length
    if frame.kind == .map {
      type = frame.childType
      if frame.count < Self.watchedNamesMax { watchForDuplicate() }
      return true
    }
    guard let entry = entry(at: name) else {
      type = unknownMember()
      return true
    }
    type = entry.pointee.type
    noteField(entry.pointee.ordinal)
    return true
  }

  /// Finds a field of the open object's type by its name.
  @inline(__always)
  private func entry(at name: TextRange) -> UnsafePointer<FieldLookup.Entry>? {
    if name.length == 0 { return nil }
    if Int(name.offset) >= end { return entryOfEscapedName(name) }
    let key = NameKey(bytes, at: Int(name.offset), count: Int(name.length), end: end)
    return schema.entry(of: frame.typeIndex, key, bytes)
  }

  /// The same for a name that was written with escapes, and so stands in `extraText`.
  @inline(never)
  private func entryOfEscapedName(_ name: TextRange) -> UnsafePointer<FieldLookup.Entry>? {
    extraText.withUnsafeBufferPointer { text in
      guard let base = text.baseAddress else { return nil }
      let start = Int(name.offset) - end
      let key = NameKey(base, at: start, count: Int(name.length), end: text.count)
      return schema.entry(of: frame.typeIndex, key, base)
    }
  }

  @inline(__always)
  private mutating func noteField(_ ordinal: UInt16) {
    // Types of more than 64 fields (custom resources only) share bits, and look twice.
    let bit: UInt64 = 1 << (UInt64(ordinal) & 63)
    if frame.seen & bit != 0 && (schema.fieldCount(of: frame.typeIndex) <= 64 || hasSibling()) {
      noteDuplicate()
    }
    frame.seen |= bit
  }

  @inline(__always)
  private mutating func watchForDuplicate() {
    let start = Int(nameOffset)
    var hash = UInt64(nameLength)
    if start < end && nameLength > 0 {
      let last = bytes[start &+ Int(nameLength) &- 1]
      hash = hash &* 31 &+ UInt64(bytes[start]) &* 7 &+ UInt64(last)
    }
    let bit: UInt64 = 1 << (hash & 63)
    if frame.seen & bit != 0 && hasSibling() { noteDuplicate() }
    frame.seen |= bit
  }

  /// Whether the open object has a member of the current name already.
  @inline(never)
  private func hasSibling() -> Bool {
    var sibling = frame.last == 0 ? 0 : nodes[frame.node].low
    while sibling != 0 {
      let node = nodes[sibling]
      if node.nameLength == nameLength && equalText(node.nameOffset, nameOffset, nameLength) {
        return true
      }
      sibling = node.next
    }
    return false
  }

  @inline(never)
  private mutating func noteDuplicate() {
    // Inside a member that is dropped anyway, nothing is worth a second message.
    guard discardDepth < 0 else { return }
    frame.hasDuplicates = true
    report(.duplicate)
  }

  @inline(never)
  private mutating func unknownMember() -> FieldType {
    let traits = schema.types[frame.typeIndex].traits
    guard !traits.contains(.preservesUnknown), discardDepth < 0 else { return .any }
    report(.unknown)
    discardDepth = frames.count
    discardNodeCount = nodes.count
    discardExtraCount = extraText.count
    return .any
  }

  private mutating func report(_ kind: FieldProblem.Kind) {
    guard problems.count < DocumentParser.problemsMax else { return }
    let problem = FieldProblem(kind, path: path(name: text(nameOffset, nameLength)))
    if !problems.contains(problem) { problems.append(problem) }
  }

  // MARK: Duplicates in large maps

  /// Looks for equal names among the members of a large map, once it is complete.
  @inline(never)
  mutating func findDuplicates() {
    var names: Set<[UInt8]> = []
    names.reserveCapacity(Int(frame.count))
    var child = nodes[frame.node].low
    while child != 0 {
      let node = nodes[child]
      if !names.insert(Array(text(node.nameOffset, node.nameLength).utf8)).inserted {
        nameOffset = node.nameOffset
        nameLength = node.nameLength
        noteDuplicate()
      }
      child = node.next
    }
  }

  /// Leaves of members with equal names only the last.
  @inline(never)
  mutating func removeDuplicates() {
    var members: [UInt32] = []
    var child = nodes[frame.node].low
    while child != 0 {
      members.append(child)
      child = nodes[child].next
    }
    var names: Set<[UInt8]> = []
    var kept: [UInt32] = []
    for member in members.reversed() {
      let node = nodes[member]
      if names.insert(Array(text(node.nameOffset, node.nameLength).utf8)).inserted {
        kept.append(member)
      }
    }
    var next: UInt32 = 0
    for member in kept {
      nodes[member].next = next
      next = member
    }
    nodes[frame.node].low = next
    frame.last = kept.first ?? 0
  }

  // MARK: Text and paths

  func equalText(_ left: UInt32, _ right: UInt32, _ length: UInt32) -> Bool {
    for position in 0..<Int(length)
    where byte(at: Int(left) + position) != byte(at: Int(right) + position) {
      return false
    }
    return true
  }

  /// A byte of the document's text: the input, and behind it `extraText`.
  @inline(__always)
  func byte(at position: Int) -> UInt8 {
    position < end ? bytes[position] : extraText[position - end]
  }

  func text(_ offset: UInt32, _ length: UInt32) -> String {
    let start = Int(offset)
    if start < end {
      let slice = UnsafeBufferPointer(start: bytes + start, count: Int(length))
      return String(decoding: slice, as: UTF8.self)
    }
    return String(decoding: extraText[start - end..<start - end + Int(length)], as: UTF8.self)
  }

  /// The way to a member of the open container: `spec.containers[0].image`.
  func path(name: String) -> String {
    var path = ""
    let open = frames.dropFirst() + [frame]
    for (frame, inner) in zip(open, open.dropFirst()) {
      let node = nodes[inner.node]
      Self.extend(&path, frame, text(node.nameOffset, node.nameLength))
    }
    Self.extend(&path, frame, name)
    return path
  }

  private static func extend(_ path: inout String, _ frame: Frame, _ name: String) {
    switch frame.kind {
    case .root: break
    case .array: path += "[\(frame.count)]"
    case .object, .map: path += path.isEmpty ? name : ".\(name)"
    }
  }

  /// The way to the value that is being read.
  func currentPath() -> String { path(name: text(nameOffset, nameLength)) }
}
