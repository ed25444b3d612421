/// Objects by what a function says of them: their owner, their namespace. Changed in place, so that an
/// event costs its own terms and not the objects that share them.
struct InformerIndex {
  let name: String
  private let terms: @Sendable (Document) -> [String]
  private var keys: [String: Set<ObjectKey>] = [:]

  /// - Parameter terms: what the index says of an object; pure.
  init(name: String, terms: @escaping @Sendable (Document) -> [String]) {
    self.name = name
    self.terms = terms
  }

  /// The objects of which the index says `term`.
  subscript(term: String) -> Set<ObjectKey> { keys[term] ?? [] }

  /// Takes in that an object changed; `nil` stands for absent.
  mutating func replace(_ old: Document?, with new: Document?, _ key: ObjectKey) {
    let before = old.map(terms) ?? []
    let after = new.map(terms) ?? []
    guard before != after else { return }
    for term in before {
      keys[term]?.remove(key)
      if keys[term]?.isEmpty == true { keys[term] = nil }
    }
    for term in after { keys[term, default: []].insert(key) }
  }
}
