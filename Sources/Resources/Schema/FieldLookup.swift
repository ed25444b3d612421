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

  /// Parallel to `Schema.fields`.
  private(set) var entries: [Entry] = []
  /// Parallel to `Schema.definitions`.
  private(set) var types: [TypeEntry] = []
  /// One more than the index of an entry; 0 for an empty slot.
  private(set) var slots: [UInt32] = []
  /// Parallel to `Schema.elements`.
  private(set) var elementTypes: [FieldType]
  /// All field names, end to end.
  private(set) var text: [UInt8] = []

  init(definitions: [SchemaType.Definition], fields: [SchemaField], elements: [SchemaField]) {
    elementTypes = elements.map(\.type)
    entries.reserveCapacity(fields.count)
    types.reserveCapacity(definitions.count)
    for definition in definitions {
      add(definition, fields)
    }
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
      let key = text.withUnsafeBufferPointer {
        NameKey($0, at: offset, count: $0.count - offset)
      }
      entries.append(
        Entry(
          key: key, fieldIndex: UInt32(index), ordinal: UInt16(ordinal), traits: field.traits,
          type: field.type))
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

  /// The bytes compared by the key alone.
  static let exactCountMax = 16

  @inline(__always)
  init(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int, count: Int) {
    self.count = UInt32(truncatingIfNeeded: count)
    self.offset = UInt32(truncatingIfNeeded: offset)
    // The name lies inside `bytes`, so both loads do too.
    let base = UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped) + offset
    if count >= 8 {
      head = base.loadUnaligned(as: UInt64.self)
      tail = (base + count - 8).loadUnaligned(as: UInt64.self)
    } else {
      var word: UInt64 = 0
      var position = count
      while position > 0 {
        position -= 1
        word = word << 8 | UInt64(base.load(fromByteOffset: position, as: UInt8.self))
      }
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

extension Schema {
  /// The index in `fields` of a type's field; `nil` where it has none of that name.
  func fieldIndex(in id: SchemaType.ID, name: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !name.isEmpty else { return nil }
    let key = NameKey(name, at: 0, count: name.count)
    let type = lookup.types[Int(id.rawValue)]
    var slot = key.hash & type.mask
    while true {
      let found = lookup.slots[Int(type.start + slot)]
      if found == 0 { return nil }
      let entry = lookup.entries[Int(found) - 1]
      if entry.key.matches(key) && equalNames(entry.key, name) { return Int(entry.fieldIndex) }
      slot = (slot + 1) & type.mask
    }
  }

  private func equalNames(_ key: NameKey, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    if name.count <= NameKey.exactCountMax { return true }
    let start = Int(key.offset)
    return lookup.text[start..<start + name.count].elementsEqual(name)
  }
}
