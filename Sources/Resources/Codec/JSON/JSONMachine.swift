/// The loop that turns JSON bytes into document nodes, guided by a schema.
///
/// One value or one closing bracket per turn; open containers wait in `frames`, so nesting costs no
/// stack. Every method that can fail returns false after it has set `failure`. Hot: pointers instead
/// of arrays, since their checks and retains cost a third of the time (docs/decisions/0001); all
/// accesses to `bytes` are guarded by `end`.
struct JSONMachine {
  let bytes: UnsafePointer<UInt8>
  let end: Int
  let schema: SchemaPointers
  var offset = 0
  var nodes: NodeBuffer
  var frames: [Frame] = []
  var frame = Frame(node: 0, kind: .root, childType: .any)
  /// Text that does not stand in the bytes as such: unescaped strings, canonical spellings.
  var extraText: [UInt8] = []
  var problems: [FieldProblem] = []
  var failure: DocumentError?

  /// The member whose value comes next; both 0 inside arrays.
  var nameOffset: UInt32 = 0
  var nameLength: UInt32 = 0

  /// While the value of an unknown member is read: how many frames are open around it, and how many
  /// nodes and extra bytes there were before. -1 otherwise.
  var discardDepth = -1
  var discardNodeCount = 0
  var discardExtraCount = 0

  /// An open container.
  struct Frame {
    enum Kind: UInt8 {
      case root
      /// An object of a type; `typeIndex` is valid.
      case object
      /// An object with free names.
      case map
      case array
    }

    let node: UInt32
    let kind: Kind
    var hasDuplicates = false
    /// What elements and map values are; of no use in an `.object`.
    let childType: FieldType
    var typeIndex = 0
    var last: UInt32 = 0
    var count: UInt32 = 0
    /// `.object`: which fields have come. `.map`: which hashes of names have.
    var seen: UInt64 = 0
  }

  init(_ buffer: UnsafeBufferPointer<UInt8>, schema: SchemaPointers) {
    // An empty array has no address; nothing is read from this one, as `end` is 0.
    bytes = buffer.baseAddress ?? UnsafePointer(schema.text)
    end = buffer.count
    self.schema = schema
    nodes = NodeBuffer(capacity: end / 12 + 16)
  }

  func deallocate() { nodes.deallocate() }

  // MARK: The loop

  mutating func run(expecting root: FieldType) -> DocumentError? {
    skipSpace()
    var type = root
    while true {
      switch value(type) {
      case .failed: return failure
      case .opened:
        guard next(after: .opened, &type) else { return failure }
      case .finished:
        // One value is done, and with it as many containers as close behind it.
        guard next(after: .finished, &type) else { return failure }
      }
      if frame.kind == .root { break }
    }
    skipSpace()
    guard offset == end else { return .malformed(.trailingBytes(offset: offset)) }
    return nil
  }

  enum Step {
    case opened, finished, failed
  }

  /// Moves to the place where the next value starts, closing containers on the way. Returns with
  /// `frame.kind == .root` when there is none.
  private mutating func next(after step: Step, _ type: inout FieldType) -> Bool {
    var isFirst = step == .opened
    while frame.kind != .root {
      guard skipSpaceToByte() else { return false }
      let isArray = frame.kind == .array
      let byte = bytes[offset]
      if byte == (isArray ? UInt8(ascii: "]") : UInt8(ascii: "}")) {
        offset &+= 1
        close()
        isFirst = false
        continue
      }
      if !isFirst {
        guard byte == UInt8(ascii: ",") else { return fail(unexpected: byte) }
        offset &+= 1
        guard skipSpaceToByte() else { return false }
      }
      if isArray {
        nameOffset = 0
        nameLength = 0
        type = frame.childType
        return true
      }
      return member(&type)
    }
    return true
  }

  // MARK: Containers

  @inline(__always)
  mutating func open(_ kind: Document.Kind, _ frameKind: Frame.Kind, _ childType: FieldType) -> Bool
  {
    guard frames.count < Document.depthMax else {
      return fail(.malformed(.tooDeep(limit: Document.depthMax)))
    }
    let node = append(Document.Node(kind))
    frames.append(frame)
    frame = Frame(node: node, kind: frameKind, childType: childType)
    offset &+= 1
    return true
  }

  private mutating func close() {
    if frame.kind == .map && frame.count > Self.watchedNamesMax { findDuplicates() }
    if frame.hasDuplicates { removeDuplicates() }
    let node = frame.node
    nodes[node].high = frame.last
    frame = frames.removeLast()
    finish(node)
  }

  /// Links a value that is complete to the container around it, or forgets it.
  @inline(__always)
  mutating func finish(_ node: UInt32) {
    if discardDepth == frames.count {
      discardDepth = -1
      nodes.truncate(to: discardNodeCount)
      extraText.removeSubrange(discardExtraCount...)
      return
    }
    if frame.kind == .root { return }
    if frame.last == 0 {
      nodes[frame.node].low = node
    } else {
      nodes[frame.last].next = node
    }
    frame.last = node
    frame.count &+= 1
  }

  /// Appends a node under the name that was read last; returns its index.
  @inline(__always)
  mutating func append(_ node: Document.Node) -> UInt32 {
    let index = UInt32(truncatingIfNeeded: nodes.count)
    var node = node
    node.nameOffset = nameOffset
    node.nameLength = nameLength
    nodes.append(node)
    return index
  }

  // MARK: Space

  @inline(__always)
  mutating func skipSpace() {
    while offset < end, bytes[offset] <= 0x20, isSpace(bytes[offset]) { offset &+= 1 }
  }

  /// Skips space; false where the input ends there.
  @inline(__always)
  mutating func skipSpaceToByte() -> Bool {
    skipSpace()
    return offset < end || fail(.malformed(.unexpectedEnd))
  }

  @inline(__always)
  private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  // MARK: Failures

  /// Always false, so that a check can end in it.
  @inline(never)
  mutating func fail(_ error: DocumentError) -> Bool {
    failure = error
    return false
  }

  @inline(never)
  mutating func fail(unexpected byte: UInt8) -> Bool {
    fail(.malformed(.unexpectedByte(byte, offset: offset)))
  }
}
