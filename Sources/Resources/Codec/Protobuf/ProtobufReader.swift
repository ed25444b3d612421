import Foundations

/// Turns protobuf messages into document nodes. Texts stay where they are in the bytes; names, and
/// what JSON spells in another way, are put behind them.
struct ProtobufReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let codec: ProtobufCodec
  private let schema: SchemaPointers
  /// The bytes are a body inside another one. There is no third level: each costs stack.
  private let isNested: Bool
  private(set) var nodes: NodeBuffer
  private(set) var extraText: [UInt8] = []
  /// The members of maps that have grown large, by name.
  private var membersByName: [UInt32: [[UInt8]: UInt32]] = [:]

  /// Maps of more members are looked up by hash instead of member by member.
  private static let scannedMembersMax = 32

  init(
    _ bytes: UnsafeBufferPointer<UInt8>, codec: ProtobufCodec, schema: SchemaPointers,
    isNested: Bool
  ) {
    self.bytes = bytes
    self.isNested = isNested
    self.codec = codec
    self.schema = schema
    nodes = NodeBuffer(capacity: bytes.count / 8 + 16)
  }

  func deallocate() { nodes.deallocate() }

  /// Reads a message as the document's root.
  mutating func read(_ range: Range<Int>, _ type: SchemaType, _ envelope: ProtobufEnvelope?)
    throws(ProtobufError)
  {
    guard type.scalar == nil else { throw .unsupportedContent(type.name) }
    let root = append(Document.Node(.object))
    if let envelope {
      if !envelope.apiVersion.isEmpty { member(root, "apiVersion", envelope.apiVersion) }
      if !envelope.kind.isEmpty { member(root, "kind", envelope.kind) }
    }
    let index = Int(type.id.rawValue)
    try fields(range, of: root, index, message: index, depth: 1)
  }

  // MARK: Messages

  /// Reads a message's fields into an object. `message` is the type itself, or a message that is
  /// inlined into it.
  private mutating func fields(
    _ range: Range<Int>, of object: UInt32, _ typeIndex: Int, message: Int, depth: Int
  ) throws(ProtobufError) {
    guard depth <= ProtobufCodec.depthMax else { throw .tooDeep(limit: ProtobufCodec.depthMax) }
    var cursor = WireCursor(bytes, range)
    while let key = try cursor.key() {
      switch codec.wire.target(of: key.number, in: message) {
      case nil: try cursor.skip(key)
      case .inlined(let inner):
        let content = try cursor.content(key)
        try fields(content, of: object, typeIndex, message: inner, depth: depth + 1)
      case .field(let ordinal):
        try field(&cursor, key, of: object, typeIndex, ordinal, depth)
      }
    }
  }

  private mutating func field(
    _ cursor: inout WireCursor, _ key: WireCursor.Key, of object: UInt32, _ typeIndex: Int,
    _ ordinal: Int, _ depth: Int
  ) throws(ProtobufError) {
    let entry = schema.entries + (Int(schema.types[typeIndex].firstEntry) + ordinal)
    let traits = entry.pointee.traits
    let old = child(of: object, marked: ordinal)
    switch entry.pointee.type {
    case .array(let element):
      let array = old ?? addMember(object, entry, ordinal, append(Document.Node(.array)))
      let type = schema.elementTypes[Int(element.rawValue)]
      if traits.contains(.wrapped) {
        try elements(try cursor.content(key), of: array, type, depth + 1)
      } else {
        try self.element(&cursor, key, of: array, type, depth)
      }
    case .map(let element):
      let map = old ?? addMember(object, entry, ordinal, append(Document.Node(.object)))
      try self.entry(try cursor.content(key), of: map, element, depth + 1)
    case .object(let id):
      // A message that comes again adds to what came before.
      let part = old ?? addMember(object, entry, ordinal, append(Document.Node(.object)))
      let index = Int(id.rawValue)
      try fields(try cursor.content(key), of: part, index, message: index, depth: depth + 1)
    case let type:
      guard let node = try value(&cursor, key, type, depth) else { return }
      // A field that comes again replaces what came before, if only with nothing.
      let isAbsent = !traits.contains(.keepsZero) && isZero(node, type)
      switch old {
      case let old? where isAbsent: unlink(old, from: object)
      case let old?: replace(old, with: node)
      case nil where isAbsent: nodes.truncate(to: Int(node))
      case nil: _ = addMember(object, entry, ordinal, node)
      }
    }
  }

  /// What a client in Go sends for a plain field that is not set.
  private func isZero(_ index: UInt32, _ type: FieldType) -> Bool {
    let node = nodes[index]
    switch type {
    case .string, .bytes, .duration: return node.high == 0
    case .int32, .int64: return node.bits == 0
    case .boolean: return node.kind == .false
    default: return false
    }
  }

  // MARK: Elements and entries

  private mutating func elements(
    _ range: Range<Int>, of array: UInt32, _ type: FieldType, _ depth: Int
  ) throws(ProtobufError) {
    var cursor = WireCursor(bytes, range)
    while let key = try cursor.key() {
      if key.number == 1 {
        try element(&cursor, key, of: array, type, depth)
      } else {
        try cursor.skip(key)
      }
    }
  }

  private mutating func element(
    _ cursor: inout WireCursor, _ key: WireCursor.Key, of array: UInt32, _ type: FieldType,
    _ depth: Int
  ) throws(ProtobufError) {
    if key.wireType == .lengthDelimited && type.isPackable {
      var packed = WireCursor(bytes, try cursor.content(key))
      let inner = WireCursor.Key(number: key.number, wireType: .varint)
      while packed.offset < packed.end {
        if let node = try value(&packed, inner, type, depth) { link(node, to: array) }
      }
      return
    }
    if let node = try anyValue(&cursor, key, type, depth) { link(node, to: array) }
  }

  /// Reads `{1: key, 2: value}` into a map. A key that comes again replaces what came before.
  private mutating func entry(
    _ range: Range<Int>, of map: UInt32, _ element: SchemaField.ElementID, _ depth: Int
  ) throws(ProtobufError) {
    let type = schema.elementTypes[Int(element.rawValue)]
    let isWrapped = schema.elementTraits[Int(element.rawValue)].contains(.wrapped)
    var cursor = WireCursor(bytes, range)
    var name = range.lowerBound..<range.lowerBound
    var node: UInt32?
    while let key = try cursor.key() {
      switch key.number {
      case 1:
        name = try cursor.content(key)
        try cursor.checkText(name)
      case 2 where isWrapped:
        let array = append(Document.Node(.array))
        if case .array(let inner) = type {
          let innerType = schema.elementTypes[Int(inner.rawValue)]
          try elements(try cursor.content(key), of: array, innerType, depth + 1)
        }
        node = array
      case 2: node = try anyValue(&cursor, key, type, depth)
      default: try cursor.skip(key)
      }
    }
    guard let child = node ?? zero(type) else { return }
    nodes[child].nameOffset = UInt32(name.lowerBound)
    nodes[child].nameLength = UInt32(name.count)
    if let old = member(of: map, named: name) {
      replace(old, with: child)
    } else {
      link(child, to: map)
      membersByName[map]?[Self.slice(bytes, name)] = child
    }
  }

  /// What an entry without a value holds: Go leaves zero values out of maps of bytes and text.
  private mutating func zero(_ type: FieldType) -> UInt32? {
    switch type {
    case .string, .bytes: append(stringNode(keep("".utf8)))
    case .object: append(Document.Node(.object))
    case .quantity: append(stringNode(keep("0".utf8)))
    case .time, .microTime: append(Document.Node(.null))
    default: nil
    }
  }

  // MARK: Values

  private mutating func anyValue(
    _ cursor: inout WireCursor, _ key: WireCursor.Key, _ type: FieldType, _ depth: Int
  ) throws(ProtobufError) -> UInt32? {
    guard case .object(let id) = type else { return try value(&cursor, key, type, depth) }
    let object = append(Document.Node(.object))
    let index = Int(id.rawValue)
    try fields(try cursor.content(key), of: object, index, message: index, depth: depth + 1)
    return object
  }

  /// Reads a scalar; `nil` where the wire says "not set".
  private mutating func value(
    _ cursor: inout WireCursor, _ key: WireCursor.Key, _ type: FieldType, _ depth: Int
  ) throws(ProtobufError) -> UInt32? {
    switch type {
    case .string, .duration:
      let range = try cursor.content(key)
      try cursor.checkText(range)
      return append(stringNode(at: range))
    case .int32:
      let value = try cursor.number(key)
      let bits = UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: value)))
      return append(Document.Node(.integer, bits: bits))
    case .int64:
      let value = try cursor.number(key)
      return append(Document.Node(.integer, bits: UInt64(bitPattern: value)))
    case .boolean:
      return append(Document.Node(try cursor.number(key) == 0 ? .false : .true))
    case .double:
      let value = try cursor.double(key)
      guard value.isFinite else { throw .invalidValue(offset: cursor.offset) }
      return append(Document.Node(.double, bits: value.bitPattern))
    case .bytes:
      let range = try cursor.content(key)
      let start = extraText.count
      Base64Text.append(UnsafeBufferPointer(rebasing: bytes[range]), to: &extraText)
      return append(stringNode(fromExtra: start))
    case .quantity: return try quantity(try cursor.content(key))
    case .intOrString: return try intOrString(try cursor.content(key))
    case .time: return try time(try cursor.content(key), .seconds)
    case .microTime: return try time(try cursor.content(key), .microseconds)
    case .any, .fieldsV1: return try raw(try cursor.content(key))
    case .union(let id):
      return try union(try cursor.content(key), Int(id.rawValue), depth + 1)
    case .object, .array, .map: throw .wrongWireType(offset: cursor.offset)
    }
  }

  private mutating func quantity(_ range: Range<Int>) throws(ProtobufError) -> UInt32 {
    var cursor = WireCursor(bytes, range)
    var text = 0..<0
    while let key = try cursor.key() {
      if key.number == 1 { text = try cursor.content(key) } else { try cursor.skip(key) }
    }
    if text.isEmpty { return append(stringNode(keep("0".utf8))) }
    switch QuantityText.canonical(UnsafeBufferPointer(rebasing: bytes[text])) {
    case .asWritten: return append(stringNode(at: text))
    case .rewritten(let spelling): return append(stringNode(keep(spelling)))
    case .invalid: throw .invalidValue(offset: text.lowerBound)
    }
  }

  private mutating func intOrString(_ range: Range<Int>) throws(ProtobufError) -> UInt32 {
    var cursor = WireCursor(bytes, range)
    var isText = false
    var number: Int64 = 0
    var text = 0..<0
    while let key = try cursor.key() {
      switch key.number {
      case 1: isText = try cursor.number(key) == 1
      case 2: number = Int64(Int32(truncatingIfNeeded: try cursor.number(key)))
      case 3:
        text = try cursor.content(key)
        try cursor.checkText(text)
      default: try cursor.skip(key)
      }
    }
    if isText { return append(stringNode(at: text)) }
    return append(Document.Node(.integer, bits: UInt64(bitPattern: number)))
  }

  private mutating func time(_ range: Range<Int>, _ precision: TimeText.Precision)
    throws(ProtobufError) -> UInt32?
  {
    if range.isEmpty { return nil }
    var cursor = WireCursor(bytes, range)
    var seconds: Int64 = 0
    var nanoseconds: Int64 = 0
    while let key = try cursor.key() {
      switch key.number {
      case 1: seconds = try cursor.number(key)
      case 2: nanoseconds = try cursor.number(key)
      default: try cursor.skip(key)
      }
    }
    guard TimeText.writable.contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else {
      throw .invalidValue(offset: range.lowerBound)
    }
    let time = Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds))
    return append(stringNode(keep(TimeText.spelling(time, precision).utf8)))
  }

  /// A raw object: JSON, or a body of its own. `nil` where it is empty.
  private mutating func raw(_ range: Range<Int>) throws(ProtobufError) -> UInt32? {
    var cursor = WireCursor(bytes, range)
    var content = 0..<0
    while let key = try cursor.key() {
      if key.number == 1 { content = try cursor.content(key) } else { try cursor.skip(key) }
    }
    if content.isEmpty { return nil }
    let inner = Array(bytes[content])
    if inner.starts(with: ProtobufCodec.magic) {
      guard !isNested else { throw .tooDeep(limit: 1) }
      return graft(try codec.decode(inner, as: nil, isNested: true))
    }
    guard let document = try? Document(json: inner) else {
      throw .invalidValue(offset: content.lowerBound)
    }
    return document.isNull ? nil : graft(document)
  }

  /// The alternative that a union's message holds. An object or list outranks `true`, which comes
  /// along with it.
  private mutating func union(_ range: Range<Int>, _ typeIndex: Int, _ depth: Int)
    throws(ProtobufError) -> UInt32?
  {
    let holder = append(Document.Node(.object))
    try fields(range, of: holder, typeIndex, message: typeIndex, depth: depth)
    var chosen: UInt32?
    var child = nodes[holder].low
    while child != 0 {
      let node = nodes[child]
      if chosen == nil || node.kind == .object || node.kind == .array { chosen = child }
      child = node.next
    }
    if let chosen {
      nodes[chosen].next = 0
      return chosen
    }
    // A message without an alternative is false where there can be one, and nothing elsewhere.
    let type = schema.types[typeIndex]
    for position in Int(type.firstEntry)..<Int(type.firstEntry + type.entryCount)
    where schema.entries[position].type == .boolean {
      return append(Document.Node(.false))
    }
    return nil
  }

  // MARK: Nodes

  private mutating func append(_ node: Document.Node) -> UInt32 {
    nodes.append(node)
    return UInt32(nodes.count - 1)
  }

  private mutating func link(_ child: UInt32, to parent: UInt32) {
    let last = nodes[parent].high
    if last == 0 { nodes[parent].low = child } else { nodes[last].next = child }
    nodes[parent].high = child
  }

  private func unlink(_ child: UInt32, from parent: UInt32) {
    var before: UInt32 = 0
    var current = nodes[parent].low
    while current != child {
      before = current
      current = nodes[current].next
    }
    if before == 0 {
      nodes[parent].low = nodes[child].next
    } else {
      nodes[before].next = nodes[child].next
    }
    if nodes[parent].high == child { nodes[parent].high = before }
  }

  /// Links a node to an object as one of its type's fields.
  private mutating func addMember(
    _ object: UInt32, _ entry: UnsafePointer<FieldLookup.Entry>, _ ordinal: Int, _ child: UInt32
  ) -> UInt32 {
    let key = entry.pointee.key
    let text = UnsafeBufferPointer(start: schema.text + Int(key.offset), count: Int(key.count))
    nodes[child].mark = UInt16(ordinal + 1)
    name(child, keep(text))
    link(child, to: object)
    return child
  }

  private mutating func member(_ object: UInt32, _ name: String, _ value: String) {
    let child = append(stringNode(keep(value.utf8)))
    self.name(child, keep(name.utf8))
    link(child, to: object)
  }

  private func name(_ child: UInt32, _ text: (offset: UInt32, length: UInt32)) {
    nodes[child].nameOffset = text.offset
    nodes[child].nameLength = text.length
  }

  /// Gives a linked node another node's value; name, mark and place stay.
  private func replace(_ old: UInt32, with new: UInt32) {
    let node = nodes[new]
    nodes[old].kind = node.kind
    nodes[old].low = node.low
    nodes[old].high = node.high
  }

  private func child(of object: UInt32, marked ordinal: Int) -> UInt32? {
    let mark = UInt16(ordinal + 1)
    let last = nodes[object].high
    if last != 0 && nodes[last].mark == mark { return last }
    var child = nodes[object].low
    while child != 0 {
      if nodes[child].mark == mark { return child }
      child = nodes[child].next
    }
    return nil
  }

  private mutating func member(of map: UInt32, named name: Range<Int>) -> UInt32? {
    if let members = membersByName[map] { return members[Self.slice(bytes, name)] }
    var scanned = 0
    var child = nodes[map].low
    while child != 0 {
      let node = nodes[child]
      let start = Int(node.nameOffset)
      if Int(node.nameLength) == name.count
        && bytes[start..<start + name.count].elementsEqual(bytes[name])
      {
        return child
      }
      child = node.next
      scanned += 1
    }
    if scanned > Self.scannedMembersMax { indexMembers(of: map) }
    return nil
  }

  private mutating func indexMembers(of map: UInt32) {
    var members: [[UInt8]: UInt32] = [:]
    var child = nodes[map].low
    while child != 0 {
      let node = nodes[child]
      let start = Int(node.nameOffset)
      members[Self.slice(bytes, start..<start + Int(node.nameLength))] = child
      child = node.next
    }
    membersByName[map] = members
  }

  private static func slice(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>)
    -> [UInt8]
  {
    Array(bytes[range])
  }

  /// Copies another document's value in.
  private mutating func graft(_ document: Document) -> UInt32 {
    let textShift = UInt32(bytes.count + extraText.count)
    let nodeShift = UInt32(nodes.count)
    extraText.append(contentsOf: document.arena.text)
    for node in document.arena.nodes {
      var copy = node
      copy.nameOffset += textShift
      copy.next = node.next == 0 ? 0 : node.next + nodeShift
      copy.mark = 0
      switch node.kind {
      case .string: copy.low += textShift
      case .object, .array:
        copy.low = node.low == 0 ? 0 : node.low + nodeShift
        copy.high = node.high == 0 ? 0 : node.high + nodeShift
      default: break
      }
      nodes.append(copy)
    }
    return nodeShift + UInt32(document.index)
  }

  // MARK: Text

  private mutating func keep(_ text: some Sequence<UInt8>) -> (offset: UInt32, length: UInt32) {
    let start = extraText.count
    extraText.append(contentsOf: text)
    return (UInt32(bytes.count + start), UInt32(extraText.count - start))
  }

  private func stringNode(_ text: (offset: UInt32, length: UInt32)) -> Document.Node {
    Document.Node(.string, low: text.offset, high: text.length)
  }

  private func stringNode(at range: Range<Int>) -> Document.Node {
    Document.Node(.string, low: UInt32(range.lowerBound), high: UInt32(range.count))
  }

  private func stringNode(fromExtra start: Int) -> Document.Node {
    Document.Node(
      .string, low: UInt32(bytes.count + start), high: UInt32(extraText.count - start))
  }
}

extension FieldType {
  /// Numbers, which a list may hold one after the other in one field.
  fileprivate var isPackable: Bool {
    switch self {
    case .int32, .int64, .boolean: true
    default: false
    }
  }
}
