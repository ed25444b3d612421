/// What a write did, place by place: the difference of two objects as sets of fields.
package struct FieldComparison: Sendable {
  /// Places that the new object has with another value, or has and the old one has not.
  package var changed = FieldSet()
  /// Places that only the old object has.
  package var removed = FieldSet()

  package var isSame: Bool { changed.isEmpty && removed.isEmpty }

  private init() {}

  /// Compares two objects of one type. Cost is one walk over both.
  /// - Parameter old: `nil` for a create.
  package init(from old: Document?, to new: Document, type: SchemaType?) {
    self = Self.compare(old ?? .emptyObject, new, FieldShape(type))
  }

  private static func compare(_ old: Document, _ new: Document, _ shape: FieldShape)
    -> FieldComparison
  {
    let form = shape.form(of: new)
    guard form == shape.form(of: old) else {
      var result = FieldComparison()
      if old != new { result.changed = .leaf }
      return result
    }
    switch form {
    case .atomic:
      var result = FieldComparison()
      if old != new { result.changed = .leaf }
      return result
    case .structure, .map: return compareMembers(old, new, shape)
    case .set, .keyed: return compareElements(old, new, shape, form)
    }
  }

  private static func compareMembers(_ old: Document, _ new: Document, _ shape: FieldShape)
    -> FieldComparison
  {
    var result = FieldComparison()
    for (name, value) in new.members {
      if let former = old[name], !former.isNull {
        result.add("f:" + name, compare(former, value, shape.member(name)))
      } else if !value.isNull {
        result.changed.append("f:" + name, added(value, shape.member(name)))
      }
    }
    for (name, value) in old.members where new[name] == nil {
      result.removed.append("f:" + name, whole(value, shape.member(name)))
    }
    result.sort()
    return result
  }

  private static func compareElements(
    _ old: Document, _ new: Document, _ shape: FieldShape, _ form: FieldShape.Form
  ) -> FieldComparison {
    var former: [String: Document] = [:]
    for element in old.elements { former[shape.step(to: element, form)] = element }
    var result = FieldComparison()
    var seen: Set<String> = []
    for element in new.elements {
      let step = shape.step(to: element, form)
      guard seen.insert(step).inserted else { continue }
      if let known = former.removeValue(forKey: step) {
        result.add(step, compare(known, element, shape.element))
      } else {
        result.changed.append(step, whole(element, shape.element))
      }
    }
    for (step, element) in former { result.removed.append(step, whole(element, shape.element)) }
    result.sort()
    return result
  }

  private mutating func add(_ step: String, _ other: FieldComparison) {
    changed.append(step, other.changed)
    removed.append(step, other.removed)
  }

  private mutating func sort() {
    changed.sort()
    removed.sort()
  }

  /// A member that the old object lacks. Where upstream's objects always hold the member, only what
  /// is in it is new.
  private static func added(_ value: Document, _ shape: FieldShape) -> FieldSet {
    guard shape.isAlwaysPresent else { return whole(value, shape) }
    let form = shape.form(of: value)
    switch form {
    case .structure: return compareMembers(.emptyObject, value, shape).changed
    case .set, .keyed: return compareElements(.emptyArray, value, shape, form).changed
    case .atomic, .map: return whole(value, shape)
    }
  }

  /// A value with all that is in it, each container included.
  private static func whole(_ value: Document, _ shape: FieldShape) -> FieldSet {
    var result = FieldSet.leaf
    let form = shape.form(of: value)
    switch form {
    case .atomic: break
    case .structure, .map:
      for (name, member) in value.members where !member.isNull {
        result.append("f:" + name, whole(member, shape.member(name)))
      }
    case .set, .keyed:
      var seen: Set<String> = []
      for element in value.elements {
        let step = shape.step(to: element, form)
        if seen.insert(step).inserted { result.append(step, whole(element, shape.element)) }
      }
    }
    result.sort()
    return result
  }
}
