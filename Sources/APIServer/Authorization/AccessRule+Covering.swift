import Resources

/// Whether rules give at least what others give: nobody hands on more than they have.
extension AccessRule {
  /// What `wanted` gives and `held` do not, each part alone.
  /// Cost is O(parts of `wanted` x rules of `held`).
  static func missing(from held: [AccessRule], _ wanted: [AccessRule]) -> [AccessRule] {
    wanted.flatMap(\.parts).filter { part in !held.contains { $0.covers(part) } }
  }

  /// One rule for each combination of verb, group, resource and name, or of verb and path.
  private var parts: [AccessRule] {
    var parts: [AccessRule] = []
    for group in groups {
      for resource in resources {
        for verb in verbs {
          for name in names.isEmpty ? [nil] : names.map(Optional.some) {
            var part = AccessRule()
            part.groups = [group]
            part.resources = [resource]
            part.verbs = [verb]
            part.names = name.map { [$0] } ?? []
            parts.append(part)
          }
        }
      }
    }
    for path in paths {
      for verb in verbs {
        var part = AccessRule()
        part.paths = [path]
        part.verbs = [verb]
        parts.append(part)
      }
    }
    return parts
  }

  private func covers(_ part: AccessRule) -> Bool {
    let namesFit = names.isEmpty || (!part.names.isEmpty && part.names.allSatisfy(names.contains))
    return part.verbs.allSatisfy { verbs.contains("*") || verbs.contains($0) }
      && part.groups.allSatisfy { groups.contains("*") || groups.contains($0) }
      && part.resources.allSatisfy(coversResource) && namesFit
      && part.paths.allSatisfy { path in paths.contains { Self.covers($0, path: path) } }
  }

  private func coversResource(_ wanted: String) -> Bool {
    if resources.contains("*") || resources.contains(wanted) { return true }
    guard let slash = wanted.firstIndex(of: "/") else { return false }
    return resources.contains("*" + wanted[slash...])
  }

  /// Parts that differ by nothing but the verb, as one.
  static func joinedByVerb(_ parts: [AccessRule]) -> [AccessRule] {
    var verbs: [AccessRule: [String]] = [:]
    for part in parts {
      var key = part
      key.verbs = []
      verbs[key, default: []] += part.verbs
    }
    return verbs.map { key, verbs in
      var rule = key
      rule.verbs = verbs
      return rule
    }
  }

  /// `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`, as upstream's messages have it.
  var shortDescription: String {
    let members = [
      ("APIGroups", groups), ("Resources", resources), ("NonResourceURLs", paths),
      ("ResourceNames", names), ("Verbs", verbs),
    ]
    let parts = members.filter { !$1.isEmpty }.map { "\($0):\(quoted($1))" }
    return "{\(parts.joined(separator: ", "))}"
  }
}

/// `["a" "b"]`.
func quoted(_ texts: [String]) -> String {
  "[\(texts.map { "\"\($0)\"" }.joined(separator: " "))]"
}
