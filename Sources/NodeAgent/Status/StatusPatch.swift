package import Resources

/// The difference of two statuses as a strategic merge patch: only what the node changed is told, so
/// that conditions which others write in the meantime stay.
package enum StatusPatch {
  /// - Returns: `nil` where there is nothing to tell.
  package static func make(from old: PodStatus, to new: PodStatus, uid: String) -> Document? {
    var change = Document.emptyObject
    for (name, value) in new.document.members where old.document[name] != value {
      switch name {
      case "conditions": change[name] = conditions(from: old, to: new)
      case "podIPs", "hostIPs":
        // Merged by address otherwise, and an address that is gone would stay.
        change[name] = Document([["$patch": "replace"]] + Array(value.elements))
      default: change[name] = value
      }
    }
    for (name, _) in old.document.members where new.document[name] == nil {
      change[name] = .null
    }
    guard !change.isEmpty else { return nil }
    return ["metadata": ["uid": Document(uid)], "status": change]
  }

  private static func conditions(from old: PodStatus, to new: PodStatus) -> Document {
    let kept = Set(new.conditions.map(\.type))
    let gone = old.conditions.filter { !kept.contains($0.type) }.map { condition -> Document in
      ["type": Document(condition.type), "$patch": "delete"]
    }
    return Document(
      gone
        + new.conditions.filter { !old.conditions.contains($0) }.map { condition in
          var entry = condition.document
          let before = old.conditions.first { $0.type == condition.type }
          for (name, _) in before?.document.members ?? Document.emptyObject.members
          where entry[name] == nil {
            entry[name] = .null
          }
          return entry
        })
  }
}
