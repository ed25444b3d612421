/// Places in an object, as a trie: what one manager owns, or what a write changed.
///
/// A step is spelled as in `fieldsV1`: `f:replicas` (a member), `k:{"name":"web"}` (an element by
/// its keys), `v:"x"` (an element by its value), `i:0` (by position). Children stand in the order of
/// the wire: members, keys, values, positions, each kind by its bytes.
/// Source: Kubernetes API reference, "FieldsV1".
package struct FieldSet: Equatable, Sendable {
  /// Whether the place itself belongs to the set, besides what is below it.
  package var isMember = false
  package private(set) var children: [Child] = []

  package struct Child: Equatable, Sendable {
    package let step: String
    package var set: FieldSet
  }

  package init() {}

  package static let leaf: FieldSet = {
    var set = FieldSet()
    set.isMember = true
    return set
  }()

  package var isEmpty: Bool { !isMember && children.isEmpty }

  package subscript(step: String) -> FieldSet? {
    for child in children where child.step == step { return child.set }
    return nil
  }

  /// Adds a child that is not there yet, where it is not empty. Its place is settled by `sort`.
  mutating func append(_ step: String, _ set: FieldSet) {
    if !set.isEmpty { children.append(Child(step: step, set: set)) }
  }

  mutating func sort() {
    if children.count > 1 { children.sort { Self.precedes($0.step, $1.step) } }
  }

  mutating func remove(_ step: String) { children.removeAll { $0.step == step } }

  /// Changes one child, made where it is missing, dropped where nothing is left in it.
  mutating func update(_ step: String, _ change: (inout FieldSet) -> Void) {
    var set = self[step] ?? FieldSet()
    change(&set)
    if let place = children.firstIndex(where: { $0.step == step }) {
      if set.isEmpty { children.remove(at: place) } else { children[place].set = set }
    } else {
      append(step, set)
      sort()
    }
  }

  static func precedes(_ left: String, _ right: String) -> Bool {
    let (leftRank, rightRank) = (rank(left), rank(right))
    return leftRank == rightRank ? left < right : leftRank < rightRank
  }

  private static func rank(_ step: String) -> Int {
    switch step.utf8.first {
    case UInt8(ascii: "f"): 0
    case UInt8(ascii: "k"): 1
    case UInt8(ascii: "v"): 2
    default: 3
    }
  }
}

// MARK: Algebra

extension FieldSet {
  package func union(_ other: FieldSet) -> FieldSet {
    if other.isEmpty { return self }
    if isEmpty { return other }
    return merge(other) {
      $0 || $1
    } child: { mine, theirs in
      guard let mine else { return theirs }
      guard let theirs else { return mine }
      return mine.union(theirs)
    }
  }

  package func intersection(_ other: FieldSet) -> FieldSet {
    merge(other) {
      $0 && $1
    } child: { mine, theirs in
      guard let mine, let theirs else { return nil }
      return mine.intersection(theirs)
    }
  }

  /// What is here and not in `other`; a place in `other` takes nothing below it along.
  package func subtracting(_ other: FieldSet) -> FieldSet {
    if other.isEmpty { return self }
    return merge(other) {
      $0 && !$1
    } child: { mine, theirs in
      guard let mine else { return nil }
      return theirs.map { mine.subtracting($0) } ?? mine
    }
  }

  /// Walks both lists of children once, side by side.
  private func merge(
    _ other: FieldSet, member: (Bool, Bool) -> Bool, child: (FieldSet?, FieldSet?) -> FieldSet?
  ) -> FieldSet {
    var result = FieldSet()
    result.isMember = member(isMember, other.isMember)
    var (mine, theirs) = (children[...], other.children[...])
    while let step = mine.first.map(\.step) ?? theirs.first?.step {
      var next = step
      if let right = theirs.first?.step, Self.precedes(right, next) { next = right }
      let left = mine.first?.step == next ? mine.removeFirst().set : nil
      let right = theirs.first?.step == next ? theirs.removeFirst().set : nil
      if let set = child(left, right) { result.append(next, set) }
    }
    return result
  }
}

// MARK: Paths

extension FieldSet {
  /// Every member as messages spell it: `.spec.containers[name="web"].image`.
  package var paths: [String] {
    var paths: [String] = []
    addPaths(to: &paths, "")
    return paths
  }

  private func addPaths(to paths: inout [String], _ prefix: String) {
    if isMember { paths.append(prefix) }
    for child in children { child.set.addPaths(to: &paths, prefix + Self.spelling(child.step)) }
  }

  private static func spelling(_ step: String) -> String {
    let body = step.dropFirst(2)
    switch step.utf8.first {
    case UInt8(ascii: "f"): return ".\(body)"
    case UInt8(ascii: "k"):
      guard let keys = try? Document(json: Array(body.utf8)) else { return "[\(body)]" }
      return "[" + keys.members.map { "\($0.name)=\($0.value.jsonText)" }.joined(separator: ",")
        + "]"
    case UInt8(ascii: "v"): return "[=\(body)]"
    default: return "[\(body)]"
    }
  }
}
