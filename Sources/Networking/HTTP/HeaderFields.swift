/// The header fields of one message, in wire order. Names compare without regard to ASCII case;
/// a name may stand several times.
///
/// A lookup walks the fields: requests carry about ten, and a walk over them beats any table.
/// Look up with lower-case names: they are compared first as they stand.
package struct HeaderFields: Sendable {
  package struct Field: Sendable {
    package let name: String
    package let value: String
  }

  package private(set) var fields: [Field]

  package init() { self.fields = [] }

  package init(reservingCapacity capacity: Int) {
    self.fields = []
    self.fields.reserveCapacity(capacity)
  }

  /// The first value under `name`, or `nil`.
  package subscript(name: String) -> String? {
    for field in fields where field.name.equalsIgnoringASCIICase(name) { return field.value }
    return nil
  }

  /// Every value under `name`, in wire order; lists within one value are not split.
  package func values(of name: String) -> [String] {
    fields.lazy.filter { $0.name.equalsIgnoringASCIICase(name) }.map(\.value)
  }

  /// Whether there is a name that begins with `prefix`, which is in lower case.
  package func hasName(startingWith prefix: String) -> Bool {
    fields.contains { field in
      field.name.utf8.count >= prefix.utf8.count
        && zip(field.name.utf8, prefix.utf8).allSatisfy { $0.foldedToLowercase == $1 }
    }
  }

  package func contains(_ name: String) -> Bool { self[name] != nil }

  package mutating func add(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  package mutating func add(_ others: HeaderFields) { fields += others.fields }

  /// Drops every field under `name` and adds one.
  package mutating func set(_ name: String, _ value: String) {
    remove(name)
    add(name, value)
  }

  package mutating func remove(_ name: String) {
    fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
  }

  /// Whether one of the comma-separated elements under `name` is `token`, in any case:
  /// `Connection: keep-alive, Upgrade` holds `upgrade`.
  package func hasToken(_ token: String, in name: String) -> Bool {
    for field in fields where field.name.equalsIgnoringASCIICase(name) {
      for element in field.value.split(separator: ",") {
        let bytes = element.utf8.drop { $0 == 0x20 || $0 == 0x09 }
        let trimmed = Substring(bytes).prefix { $0 != " " && $0 != "\t" }
        if trimmed.equalsIgnoringASCIICase(token) { return true }
      }
    }
    return false
  }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    self.fields = elements.map { Field(name: $0.0, value: $0.1) }
  }
}

extension HeaderFields: Sequence {
  package func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }
  package var isEmpty: Bool { fields.isEmpty }
  package var underestimatedCount: Int { fields.count }
}

extension StringProtocol {
  /// Equality where `A`...`Z` stand for `a`...`z`; other bytes compare as they are.
  func equalsIgnoringASCIICase(_ other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    if self == other { return true }
    var left = utf8.makeIterator()
    var right = other.utf8.makeIterator()
    while true {
      switch (left.next(), right.next()) {
      case (nil, nil): return true
      case (let a?, let b?):
        guard a == b || a.foldedToLowercase == b.foldedToLowercase else { return false }
      default: return false
      }
    }
  }
}

extension UInt8 {
  /// The lower-case form of an ASCII capital, anything else as it is.
  var foldedToLowercase: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
