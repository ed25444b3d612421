import Resources

/// Reads the file of a configuration strictly: what is not known, or of another kind than it should
/// be, is an error and not a setting without effect.
struct StrictFields {
  private(set) var errors: [FieldError] = []

  /// What kind of value a member may hold.
  indirect enum Shape: Sendable {
    case string, boolean
    case list(Shape)
    case object([String: Shape])

    fileprivate var words: String {
      switch self {
      case .string: "a string"
      case .boolean: "true or false"
      case .list: "a list"
      case .object: "an object"
      }
    }
  }

  mutating func check(_ document: Document, _ shape: Shape, at path: String) {
    switch shape {
    case .string: expect(document.string != nil, document, shape, path)
    case .boolean: expect(document.bool != nil, document, shape, path)
    case .list(let element):
      expect(document.isArray, document, shape, path)
      for (index, item) in document.elements.enumerated() {
        check(item, element, at: "\(path)[\(index)]")
      }
    case .object(let members):
      expect(document.isObject, document, shape, path)
      for (name, member) in document.members {
        let place = path.isEmpty ? name : "\(path).\(name)"
        guard let shape = members[name] else {
          errors.append(.forbidden(place, "unknown field"))
          continue
        }
        if !member.isNull { check(member, shape, at: place) }
      }
    }
  }

  private mutating func expect(
    _ holds: Bool, _ document: Document, _ shape: Shape, _ path: String
  ) {
    if !holds { errors.append(.invalid(path, document, "it has to be \(shape.words)")) }
  }
}
