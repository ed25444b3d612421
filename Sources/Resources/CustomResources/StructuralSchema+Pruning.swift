extension StructuralSchema {
  /// Drops the members that the schema does not name, and null where it is no value of its own.
  /// - Parameters:
  ///   - isResource: of a whole resource its own apiVersion, kind and metadata stay.
  ///   - unknown: gets the path of each member that was dropped: `spec.template.foo`.
  package func prune(
    _ object: inout Document, isResource: Bool = true, unknown: inout [String]
  ) {
    prune(&object, at: "", isResource: isResource, &unknown)
  }

  private func prune(
    _ value: inout Document, at path: String, isResource: Bool, _ unknown: inout [String]
  ) {
    if value.isArray {
      guard let items else { return }
      var position = 0
      value.editElements { element in
        items.prune(&element, at: "\(path)[\(position)]", isResource: items.isEmbedded, &unknown)
        position += 1
      }
    } else if value.isObject {
      pruneMembers(of: &value, at: path, isResource: isResource, &unknown)
    }
  }

  private func pruneMembers(
    of value: inout Document, at path: String, isResource: Bool, _ unknown: inout [String]
  ) {
    for (name, member) in value.members.map({ $0 }) {
      if isResource && Self.resourceMembers.contains(name) { continue }
      let place = path.isEmpty ? name : "\(path).\(name)"
      guard let schema = self.member(name) else {
        if keepsUnknownMembers { continue }
        value.removeMember(name)
        unknown.append(place)
        continue
      }
      if member.isNull {
        if !schema.isNullable && properties[name] != nil && schema.type != "" {
          value.removeMember(name)
        }
      } else {
        value.edit(name) { schema.prune(&$0, at: place, isResource: schema.isEmbedded, &unknown) }
      }
    }
  }

  private var keepsUnknownMembers: Bool {
    if preservesUnknown { return true }
    if case .anything = additional { return true }
    return false
  }

  /// Calls `change` for the metadata of each embedded resource.
  func editEmbeddedMetadata(
    of value: inout Document, at path: String = "",
    _ change: (_ metadata: inout Document, _ path: String) -> Void
  ) {
    if value.isArray {
      guard let items, items.hasEmbedded else { return }
      var position = 0
      value.editElements { element in
        items.editEmbeddedMetadata(of: &element, at: "\(path)[\(position)]", change)
        position += 1
      }
      return
    }
    guard value.isObject else { return }
    if isEmbedded { value.edit("metadata") { change(&$0, "\(path).metadata") } }
    for (name, _) in value.members.map({ $0 }) {
      guard let schema = member(name), schema.hasEmbedded else { continue }
      let place = path.isEmpty ? name : "\(path).\(name)"
      value.edit(name) { schema.editEmbeddedMetadata(of: &$0, at: place, change) }
    }
  }

  private var hasEmbedded: Bool {
    isEmbedded || items?.hasEmbedded == true || additional.schema?.hasEmbedded == true
      || properties.values.contains(where: \.hasEmbedded)
  }
}
