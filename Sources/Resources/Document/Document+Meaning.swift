extension Document {
  /// Whether two values say the same to a reader that takes an empty list or map for none.
  ///
  /// What is compared is stored, so it is canonical: quantities and times are spelled in one way.
  /// Source: apimachinery `equality.Semantic`.
  package static func haveSameMeaning(_ left: Document?, _ right: Document?) -> Bool {
    guard let left, !left.isNothing else { return right?.isNothing ?? true }
    guard let right, !right.isNothing else { return false }
    switch (left.kind, right.kind) {
    case (.array, .array):
      return left.count == right.count
        && zip(left.elements, right.elements).allSatisfy { haveSameMeaning($0, $1) }
    case (.object, .object):
      return left.members.allSatisfy { areSameMember($0.name, $0.value, right[$0.name]) }
        && right.members.allSatisfy {
          left[$0.name] != nil || areSameMember($0.name, nil, $0.value)
        }
    default: return left == right
    }
  }

  /// Of these an empty one takes everything, and none takes nothing.
  private static let selectors: Set<String> = [
    "labelSelector", "namespaceSelector", "objectSelector", "podSelector",
  ]

  private static func areSameMember(_ name: String, _ left: Document?, _ right: Document?) -> Bool {
    if left == nil || right == nil, selectors.contains(name) { return left == nil && right == nil }
    return haveSameMeaning(left, right)
  }

  /// Whether a member's value is another than the one that it has when it is left out.
  var says: Bool {
    switch kind {
    case .null, .false: false
    case .string: string?.isEmpty == false
    case .array: !isEmpty
    case .object, .true, .integer, .double: true
    }
  }

  private var isNothing: Bool {
    switch kind {
    case .null: true
    case .array, .object: isEmpty
    default: false
    }
  }
}
