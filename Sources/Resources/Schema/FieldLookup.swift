/// Finds a type's field by its name in constant time: one open-addressed table per type, laid end
/// to end in one array. This is the table's hot side; `SchemaField` has the rest.
struct FieldLookup: Sendable {
  /// What a parser asks about a field, without a retain.
  struct Entry: Sendable {
    var key: NameKey
    /// Index in `Schema.fields`.
    var fieldIndex: UInt32
    /// Position among the type's fields.
    var ordinal: UInt16
    var traits: SchemaField.Traits
    var type: FieldType
    var wirePath = WirePath()
  }

  struct TypeEntry: Sendable {
    /// The type's slots are `slots[start...start + mask]`.
    var start: UInt32
    var mask: UInt32
    /// The type's entries are `entries[firstEntry..<firstEntry + entryCount]`.
    var firstEntry: UInt32
    var entryCount: UInt32
    var traits: SchemaType.Traits
  }

  /// Parallel to `Schema.fields`, in the same order.
  private(set) var entries: [Entry] = []
  /// Parallel to `Schema.definitions`.
  private(set) var types: [TypeEntry] = []
  /// One more than the index of an entry; 0 for an empty slot.
  private(set) var slots: [UInt32] = []
  /// Parallel to `Schema.elements`.
  private(set) var elementTypes: [FieldType]
  private(set) var elementTraits: [SchemaField.Traits]
  /// All field names, end to end.
  private(set) var text: [UInt8] = []

  /// An empty table still has one unused entry, type, slot and byte, so that parsers need no case
  /// for it.
  init(definitions: [SchemaType.Definition], fields: [SchemaField], elements: [SchemaField]) {
    elementTypes = elements.map(\.type)
    elementTraits = elements.map(\.traits)
    entries.reserveCapacity(fields.count)
    types.reserveCapacity(definitions.count)
    for definition in definitions {
      add(definition, fields)
    }
    let key = NameKey(head: 0, tail: 0, count: 0, offset: 0)
    entries.append(
      Entry(key: key, fieldIndex: 0, ordinal: 0, traits: [], type: .any))
    types.append(TypeEntry(start: 0, mask: 0, firstEntry: 0, entryCount: 0, traits: []))
    slots.append(0)
    elementTypes.append(.any)
    elementTraits.append([])
    text.append(0)
  }

  private mutating func add(_ definition: SchemaType.Definition, _ fields: [SchemaField]) {
    let count = definition.fields.count
    // Half empty, so that a miss ends soon.
    var capacity = 1
    while capacity < count * 2 { capacity *= 2 }
    let start = slots.count
    slots.append(contentsOf: repeatElement(0, count: capacity))
    types.append(
      TypeEntry(
        start: UInt32(start), mask: UInt32(capacity - 1), firstEntry: UInt32(entries.count),
        entryCount: UInt32(count), traits: definition.traits))
    for (ordinal, index) in definition.fields.enumerated() {
      let field = fields[index]
      let offset = text.count
      text.append(contentsOf: field.name.utf8)
      let key = text.withUnsafeBufferPointer { text in
        // A field has a name, so the array is not empty and has an address.
        NameKey(text.baseAddress!, at: offset, count: text.count - offset, end: text.count)
      }
      entries.append(
        Entry(
          key: key, fieldIndex: UInt32(index), ordinal: UInt16(ordinal), traits: field.traits,
          type: field.type, wirePath: field.wirePath))
      var slot = Int(key.hash) & (capacity - 1)
      while slots[start + slot] != 0 { slot = (slot + 1) & (capacity - 1) }
      slots[start + slot] = UInt32(entries.count)
    }
  }
}

/// A member name boiled down to what tells it apart: its length and its first and last eight bytes.
/// Names of up to sixteen bytes are equal when their keys are; longer ones need their bytes compared.
struct NameKey: Sendable, Equatable {
  var head: UInt64
  var tail: UInt64
  var count: UInt32
  /// Where the name lies in the text it was read from.
  var offset: UInt32

  init(head: UInt64, tail: UInt64, count: UInt32, offset: UInt32) {
    self.head = head
    self.tail = tail
    self.count = count
    self.offset = offset
  }

  /// The bytes compared by the key alone.
  static let exactCountMax = 16

  /// - Parameters:
  ///   - end: how many of `bytes` may be read; the name ends there or before.
  @inline(__always)
  init(_ bytes: UnsafePointer<UInt8>, at offset: Int, count: Int, end: Int) {
    self.count = UInt32(truncatingIfNeeded: count)
    self.offset = UInt32(truncatingIfNeeded: offset)
    let base = UnsafeRawPointer(bytes + offset)
    if count >= 8 {
      head = base.loadUnaligned(as: UInt64.self).littleEndian
      tail = (base + count - 8).loadUnaligned(as: UInt64.self).littleEndian
    } else if offset &+ 8 <= end {
      let word = base.loadUnaligned(as: UInt64.self).littleEndian
      head = word & ((1 << UInt64(count &* 8)) &- 1)
      tail = 0
    } else {
      var word: UInt64 = 0
      for position in 0..<count { word |= UInt64(bytes[offset + position]) << UInt64(position * 8) }
      head = word
      tail = 0
    }
  }

  @inline(__always)
  var hash: UInt32 {
    let mixed = (head ^ (tail &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(count)) &* 0xD6E8_FEB8_6659_FD93
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }

  @inline(__always)
  func matches(_ other: NameKey) -> Bool {
    head == other.head && tail == other.tail && count == other.count
  }
}

/// The lookup's arrays, lent to a parser for as long as it runs.
struct SchemaPointers {
  let entries: UnsafePointer<FieldLookup.Entry>
  let types: UnsafePointer<FieldLookup.TypeEntry>
  let slots: UnsafePointer<UInt32>
  let elementTypes: UnsafePointer<FieldType>
  let elementTraits: UnsafePointer<SchemaField.Traits>
  let text: UnsafePointer<UInt8>

  /// The entry of a type's field; `nil` where it has none of that name.
  /// - Parameter bytes: what `key.offset` counts in.
  @inline(__always)
  func entry(of typeIndex: Int, _ key: NameKey, _ bytes: UnsafePointer<UInt8>)
    -> UnsafePointer<FieldLookup.Entry>?
  {
    let type = types + typeIndex
    let mask = type.pointee.mask
    var slot = key.hash & mask
    while true {
      let found = slots[Int(type.pointee.start &+ slot)]
      if found == 0 { return nil }
      let entry = entries + (Int(found) &- 1)
      if entry.pointee.key.matches(key) && equalMiddles(entry.pointee.key, key, bytes) {
        return entry
      }
      slot = (slot &+ 1) & mask
    }
  }

  @inline(__always)
  private func equalMiddles(_ known: NameKey, _ key: NameKey, _ bytes: UnsafePointer<UInt8>) -> Bool
  {
    if key.count <= UInt32(NameKey.exactCountMax) { return true }
    let left = text + Int(known.offset)
    let right = bytes + Int(key.offset)
    for position in 8..<Int(key.count) - 8 where left[position] != right[position] { return false }
    return true
  }

  @inline(__always)
  func fieldCount(of typeIndex: Int) -> Int { Int(types[typeIndex].entryCount) }
}

extension FieldLookup {
  func withPointers<Result>(_ body: (SchemaPointers) -> Result) -> Result {
    entries.withUnsafeBufferPointer { entries in
      types.withUnsafeBufferPointer { types in
        slots.withUnsafeBufferPointer { slots in
          elementTypes.withUnsafeBufferPointer { elementTypes in
            elementTraits.withUnsafeBufferPointer { elementTraits in
              text.withUnsafeBufferPointer { text in
                // Each array has an element at least (see `init`), so each has an address.
                body(
                  SchemaPointers(
                    entries: entries.baseAddress!, types: types.baseAddress!,
                    slots: slots.baseAddress!, elementTypes: elementTypes.baseAddress!,
                    elementTraits: elementTraits.baseAddress!, text: text.baseAddress!))
              }
            }
          }
        }
      }
    }
  }
}

extension Schema {
  /// The index in `fields` of a type's field; `nil` where it has none of that name.
  func fieldIndex(in id: SchemaType.ID, name: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !name.isEmpty, let bytes = name.baseAddress else { return nil }
    let key = NameKey(bytes, at: 0, count: name.count, end: name.count)
    return lookup.withPointers { pointers in
      pointers.entry(of: Int(id.rawValue), key, bytes).map { Int($0.pointee.fieldIndex) }
    }
  }
}
