/// The rules of lists whose elements are checked one by one. A list that is too long is not looked
/// into.
enum ListRule {
  /// By what elements are told apart.
  struct Key: Sendable {
    let of: @Sendable (Document) -> String

    /// A text that each has.
    static func member(_ name: String) -> Key { Key { $0[name]?.string ?? "" } }
    /// Of texts.
    static let itself = Key { $0.string ?? "" }
  }

  /// - Parameter rule: what is wrong with an element, which stands at the given place.
  static func items(
    _ list: Document?, max: Int = .max, at path: String,
    _ rule: (_ element: Document, _ place: String) -> [FieldError]
  ) -> [FieldError] {
    let list = list ?? .emptyArray
    if list.count > max { return [.tooMany(path, count: list.count, max: max)] }
    return list.elements.enumerated().flatMap { rule($0.element, "\(path)[\($0.offset)]") }
  }

  /// Of elements that are told apart by a key, each of which may occur once.
  static func set(
    _ list: Document?, max: Int = .max, at path: String, by key: Key,
    _ rule: (_ element: Document, _ place: String) -> [FieldError]
  ) -> [FieldError] {
    var keys: Set<String> = []
    return items(list, max: max, at: path) { element, place in
      let key = key.of(element)
      let doubled: [FieldError] =
        keys.insert(key).inserted ? [] : [.duplicate(place, Document(key))]
      return rule(element, place) + doubled
    }
  }
}
