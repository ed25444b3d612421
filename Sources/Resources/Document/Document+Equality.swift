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
