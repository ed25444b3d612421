extension Document {
  /// Applies a JSON merge patch: members of `patch` replace or, where null, remove those here.
  /// Source: RFC 7386.
  package func merging(_ patch: Document) -> Document {
    guard patch.isObject else { return patch }
    var result = isObject ? self : .emptyObject
    for (name, change) in patch.members {
      if change.isNull {
        result.removeMember(name)
      } else if change.isObject {
        result[name] = (result[name] ?? .emptyObject).merging(change)
      } else {
        result[name] = change
      }
    }
    return result
  }
}
