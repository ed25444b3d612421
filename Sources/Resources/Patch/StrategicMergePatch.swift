/// A merge patch that knows which lists are merged by a key, as the schema table says.
/// Source: Kubernetes documentation, "Update API Objects in Place Using kubectl patch", and the
/// community's "Strategic Merge Patch" note.
package struct StrategicMergePatch {
  private let schema: Schema

  package init(schema: Schema) { self.schema = schema }

  private static let directive = "$patch"
  private static let retainKeys = "$retainKeys"
  private static let deletePrefix = "$deleteFromPrimitiveList/"
  private static let orderPrefix = "$setElementOrder/"

  /// - Throws: `.malformed` for directives that cannot be, `.inapplicable` for list elements without
  ///   their key.
  package func apply(_ patch: Document, to original: Document, type: SchemaType?) throws(PatchError)
    -> Document
  {
    try merge(original, patch, type)
  }

  // MARK: Objects

  private func merge(_ original: Document, _ patch: Document, _ type: SchemaType?)
    throws(PatchError) -> Document
  {
    guard patch.isObject else { return patch }
    switch patch[Self.directive]?.string {
    case "replace":
      var replacement = patch
      replacement.removeMember(Self.directive)
      return replacement
    case "delete": return .emptyObject
    case nil, "merge": break
    case let other?: throw .malformed("unknown $patch directive \"\(other)\"")
    }
    var result = original.isObject ? original : .emptyObject
    try retain(patch[Self.retainKeys], patch, in: &result)
    for (name, change) in patch.members where !name.hasPrefix("$") {
      if change.isNull {
        result.removeMember(name)
        continue
      }
      let field = type?.field(named: name)
      let order = patch[Self.orderPrefix + name]
      result[name] = try mergeMember(result[name], change, field, order)
    }
    for (name, change) in patch.members where name.hasPrefix(Self.deletePrefix) {
      removePrimitives(change, String(name.dropFirst(Self.deletePrefix.count)), in: &result)
    }
    for (name, order) in patch.members where name.hasPrefix(Self.orderPrefix) {
      let member = String(name.dropFirst(Self.orderPrefix.count))
      if patch[member] == nil, let list = result[member] {
        let key = type?.field(named: member)?.patchMergeKey
        result[member] = arranged(list, by: order, before: list, key)
      }
    }
    return result
  }

  private func retain(_ keys: Document?, _ patch: Document, in result: inout Document)
    throws(PatchError)
  {
    guard let keys else { return }
    let kept = Set(keys.elements.compactMap(\.string))
    for (name, _) in patch.members where !name.hasPrefix("$") && !kept.contains(name) {
      throw .malformed("$retainKeys does not name \"\(name)\", which the patch sets")
    }
    for (name, _) in result.members where !kept.contains(name) { result.removeMember(name) }
  }

  private func mergeMember(
    _ original: Document?, _ change: Document, _ field: SchemaField?, _ order: Document?
  ) throws(PatchError) -> Document {
    if change.isArray {
      guard let field, field.patchStrategy.contains(.merge) else {
        return withoutDirectives(change)
      }
      let original = original ?? .emptyArray
      let merged = try mergeList(original, change, field)
      return arranged(merged, by: order ?? change, before: original, field.patchMergeKey)
    }
    guard change.isObject else { return change }
    if field?.patchStrategy.contains(.replace) == true { return withoutDirectives(change) }
    let inner = field.flatMap { schema.objectType(of: $0.type) }
    return try merge(original ?? .emptyObject, change, inner)
  }

  /// What a patch sets as a whole holds no directives when it is stored.
  private func withoutDirectives(_ value: Document) -> Document {
    if value.isArray { return Document(value.elements.map { withoutDirectives($0) }) }
    guard value.isObject else { return value }
    return Document(
      value.members.filter { !$0.name.hasPrefix("$") && !$0.value.isNull }
        .map { ($0.name, withoutDirectives($0.value)) })
  }

  // MARK: Lists

  private func mergeList(_ original: Document, _ patch: Document, _ field: SchemaField)
    throws(PatchError) -> Document
  {
    if let key = field.patchMergeKey { return try mergeKeyed(original, patch, key, field) }
    // A list of plain values is a set: what is new goes to the end.
    var result = Array(original.elements)
    for element in patch.elements where !result.contains(element) { result.append(element) }
    return Document(result)
  }

  private func mergeKeyed(
    _ original: Document, _ patch: Document, _ key: String, _ field: SchemaField
  ) throws(PatchError) -> Document {
    var result = Array(original.elements)
    let type = schema.objectType(of: field.type)
    if patch.elements.contains(where: { $0[Self.directive]?.string == "replace" }) {
      return Document(
        patch.elements.filter { $0[Self.directive] == nil }.map { withoutDirectives($0) })
    }
    for element in patch.elements {
      guard let identity = element[key] else {
        throw .inapplicable(
          "map: \(element.jsonText) does not contain declared merge key: \(key)")
      }
      let position = result.firstIndex { $0[key] == identity }
      if element[Self.directive]?.string == "delete" {
        result.removeAll { $0[key] == identity }
      } else if let position {
        result[position] = try merge(result[position], element, type)
      } else {
        result.append(try merge(.emptyObject, element, type))
      }
    }
    return Document(result)
  }

  private func removePrimitives(_ values: Document, _ name: String, in result: inout Document) {
    guard let list = result[name], list.isArray else { return }
    let gone = Array(values.elements)
    result[name] = Document(list.elements.filter { !gone.contains($0) })
  }

  /// Elements that `order` names come in that order. Each other one comes before the first of them
  /// that it stood before until now, and behind those that are new.
  /// - Parameter original: the list as it was, whose order decides between the two.
  private func arranged(
    _ list: Document, by order: Document, before original: Document, _ key: String?
  ) -> Document {
    func identity(_ element: Document) -> Document { key.flatMap { element[$0] } ?? element }
    func places(_ list: Document) -> [Document: Int] {
      Dictionary(
        list.elements.enumerated().map { (identity($1), $0) },
        uniquingKeysWith: { first, _ in first })
    }
    let wanted = places(order)
    let former = places(original)
    let elements = Array(list.elements)
    let named = elements.filter { wanted[identity($0)] != nil }
      .sorted { (wanted[identity($0)] ?? 0) < (wanted[identity($1)] ?? 0) }
    var others = elements.filter { wanted[identity($0)] == nil }[...]
    var result: [Document] = []
    for element in named {
      if let place = former[identity(element)] {
        while let other = others.first, let own = former[identity(other)], own < place {
          result.append(other)
          others.removeFirst()
        }
      }
      result.append(element)
    }
    return Document(result + others)
  }
}
