/// What somebody applies: part of an object, each field of which they mean to own.
struct AppliedConfiguration {
  let document: Document
  let type: SchemaType?

  // MARK: Fields

  /// The fields it holds: values, empty containers and elements of lists; not the containers
  /// around them.
  var fields: FieldSet { Self.fields(of: document, FieldShape(type)) }

  private static func fields(of value: Document, _ shape: FieldShape) -> FieldSet {
    if value.isEmpty { return .leaf }
    let form = shape.form(of: value)
    var result = FieldSet()
    switch form {
    case .atomic: return .leaf
    case .structure, .map:
      for (name, member) in value.members {
        result.append("f:" + name, fields(of: member, shape.member(name)))
      }
    case .set, .keyed:
      for element in value.elements {
        var inner = fields(of: element, shape.element)
        inner.isMember = true
        let step = shape.step(to: element, form)
        if result[step] == nil { result.append(step, inner) }
      }
    }
    result.sort()
    return result
  }

  // MARK: Merging

  /// The live object with every field of the configuration in it.
  func merged(into live: Document) -> Document {
    Self.merge(live, document, FieldShape(type))
  }

  private static func merge(_ live: Document, _ applied: Document, _ shape: FieldShape) -> Document
  {
    let form = shape.form(of: applied)
    guard form == shape.form(of: live) else { return applied }
    switch form {
    case .atomic: return live == applied ? live : applied
    case .structure, .map:
      var result = live
      for (name, value) in applied.members {
        let merged = live[name].map { merge($0, value, shape.member(name)) } ?? value
        if merged != live[name] { result[name] = merged }
      }
      return result
    case .set, .keyed: return mergeElements(live, applied, shape, form)
    }
  }

  /// The applied order holds; elements that only the live list has stay in front of the one they
  /// stood before.
  private static func mergeElements(
    _ live: Document, _ applied: Document, _ shape: FieldShape, _ form: FieldShape.Form
  ) -> Document {
    let wanted = Set(applied.elements.map { shape.step(to: $0, form) })
    let former = live.elements.map { (step: shape.step(to: $0, form), value: $0) }
    let known = Dictionary(former.map { ($0.step, $0.value) }, uniquingKeysWith: { a, _ in a })
    var rest = former[...]
    var result: [Document] = []
    func takeOthers(until step: String?) {
      while let next = rest.first, next.step != step {
        rest.removeFirst()
        if !wanted.contains(next.step) { result.append(next.value) }
      }
    }
    for element in applied.elements {
      let step = shape.step(to: element, form)
      if let live = known[step] {
        if rest.contains(where: { $0.step == step }) {
          takeOthers(until: step)
          rest.removeFirst()
        }
        result.append(merge(live, element, shape.element))
      } else {
        while let next = rest.first, !wanted.contains(next.step) {
          rest.removeFirst()
          result.append(next.value)
        }
        result.append(element)
      }
    }
    takeOthers(until: nil)
    return Document(result)
  }

  // MARK: Pruning

  /// An object without the fields that were applied before and that nobody owns any more.
  /// - Parameters:
  ///   - former: what the manager applied last time.
  ///   - owned: what all managers own now, this one's new configuration included.
  static func pruned(
    _ object: Document, former: FieldSet, owned: FieldSet, type: SchemaType?
  ) -> Document {
    prune(object, former, owned, FieldShape(type)) ?? .emptyObject
  }

  private static func prune(
    _ value: Document, _ former: FieldSet, _ owned: FieldSet?, _ shape: FieldShape
  ) -> Document? {
    let form = shape.form(of: value)
    switch form {
    case .atomic: return value
    case .structure, .map:
      var result = value
      for (name, member) in value.members {
        let step = "f:" + name
        guard let former = former[step] else { continue }
        // A member of a structure belongs to whoever owns something in it; a free key does not.
        let known = form == .structure
        let isLast = former.isMember || known
        let isOwned = owned?[step].map { $0.isMember || known } ?? false
        if isLast && !isOwned {
          result.removeMember(name)
        } else {
          result[name] = prune(member, former, owned?[step], shape.member(name))
        }
      }
      return result.isEmpty && !value.isEmpty ? nil : result
    case .set, .keyed:
      let kept = value.elements.compactMap { element -> Document? in
        let step = shape.step(to: element, form)
        guard let former = former[step] else { return element }
        if former.isMember && owned?[step]?.isMember != true { return nil }
        return prune(element, former, owned?[step], shape.element)
      }
      return kept.isEmpty && !value.isEmpty ? nil : Document(kept)
    }
  }
}
