package import Resources

/// The roles and bindings of `DefaultAccessTable` as objects.
package struct DefaultAccess: Sendable {
  /// One object as it should be, in order of the table: what is aggregated from others first.
  package struct Entry: Sendable {
    package let resource: ResourceType
    package let object: Document

    var key: ObjectKey { ObjectKey(object) }
  }

  package let entries: [Entry]

  package static let all = DefaultAccess(table: DefaultAccessTable.text)

  /// How the table spells the core group.
  private static let coreGroup = "\"\""
  private static let group = "rbac.authorization.k8s.io"

  /// - Parameter table: traps where a line breaks the form that `DefaultAccessTable` describes.
  init(table: String) {
    var roles: [(words: [Substring], rules: [AccessRule])] = []
    var bindings: [[Substring]] = []
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      switch words[0] {
      case "role": roles.append((words, []))
      case "binding": bindings.append(words)
      default:
        precondition(!roles.isEmpty, "a rule without a role: \(line)")
        roles[roles.count - 1].rules.append(Self.rule(words))
      }
    }
    entries = roles.map(Self.role) + bindings.map(Self.binding)
  }

  /// The rules of one cluster role.
  func rules(of name: String) -> [AccessRule] {
    let role = entries.first { $0.resource == .clusterRoles && $0.key.name == name }
    return AccessRule.rules(ofRole: role?.object ?? .emptyObject)
  }

  // MARK: Reading the table

  private static func rule(_ words: [Substring]) -> AccessRule {
    precondition(words.count == 3 || (words.count == 5 && words[3] == "named"), "\(words)")
    var rule = AccessRule()
    rule.verbs = list(words[0]).flatMap { verb in
      switch verb {
      case "READ": ["get", "list", "watch"]
      case "WRITE": ["create", "update", "patch", "delete", "deletecollection"]
      default: [verb]
      }
    }
    if words[1] == "url" {
      rule.paths = list(words[2])
    } else {
      rule.groups = list(words[1]).map { $0 == coreGroup ? "" : $0 }
      rule.resources = list(words[2])
    }
    if words.count == 5 { rule.names = list(words[4]) }
    return rule
  }

  private static func role(_ words: [Substring], _ rules: [AccessRule]) -> Entry {
    let key = key(words[1])
    var object = base(key, kind: key.namespace.isEmpty ? "ClusterRole" : "Role")
    for (position, word) in words.enumerated() where position > 1 && position % 2 == 0 {
      let label = "\(group)/aggregate-to-\(words[position + 1])"
      if word == "into" {
        object.set("true", at: ["metadata", "labels", label])
      } else {
        object["aggregationRule"] = [
          "clusterRoleSelectors": [["matchLabels": [label: "true"]]]
        ]
      }
    }
    if object["aggregationRule"] == nil { object["rules"] = Document(rules.map(\.document)) }
    return Entry(resource: key.namespace.isEmpty ? .clusterRoles : .roles, object: object)
  }

  private static func binding(_ words: [Substring]) -> Entry {
    let key = key(words[1])
    let isClusterWide = key.namespace.isEmpty
    var object = base(key, kind: isClusterWide ? "ClusterRoleBinding" : "RoleBinding")
    var role = key.name
    var subjects: [Document] = []
    for word in words.dropFirst(2) {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      precondition(parts.count == 2, "\(word)")
      if parts[0] == "role" {
        role = parts[1]
      } else {
        subjects.append(subject(parts[0], parts[1]))
      }
    }
    object["roleRef"] = [
      "apiGroup": Document(group), "kind": isClusterWide ? "ClusterRole" : "Role",
      "name": Document(role),
    ]
    if !subjects.isEmpty { object["subjects"] = Document(subjects) }
    return Entry(resource: isClusterWide ? .clusterRoleBindings : .roleBindings, object: object)
  }

  private static func subject(_ kind: String, _ name: String) -> Document {
    switch kind {
    case "user": return ["apiGroup": Document(group), "kind": "User", "name": Document(name)]
    case "group": return ["apiGroup": Document(group), "kind": "Group", "name": Document(name)]
    default:
      precondition(kind == "account", kind)
      let key = key(name[...])
      return [
        "kind": "ServiceAccount", "name": Document(key.name), "namespace": Document(key.namespace),
      ]
    }
  }

  private static func base(_ key: ObjectKey, kind: String) -> Document {
    var metadata: Document = [
      "name": Document(key.name),
      "annotations": [DefaultAccess.updateAnnotation: "true"],
      "labels": ["kubernetes.io/bootstrapping": "rbac-defaults"],
    ]
    if !key.namespace.isEmpty { metadata["namespace"] = Document(key.namespace) }
    return [
      "apiVersion": "rbac.authorization.k8s.io/v1", "kind": Document(kind), "metadata": metadata,
    ]
  }

  /// `NAMESPACE/NAME` or `NAME`.
  private static func key(_ text: Substring) -> ObjectKey {
    let parts = text.split(separator: "/", maxSplits: 1)
    return ObjectKey(
      namespace: parts.count == 2 ? String(parts[0]) : "", name: String(parts[parts.count - 1]))
  }

  private static func list(_ text: Substring) -> [String] {
    text.split(separator: ",").map(String.init)
  }
}
