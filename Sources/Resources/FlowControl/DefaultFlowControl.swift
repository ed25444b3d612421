/// The objects of `FlowControlTable`.
package struct DefaultFlowControl: Sendable {
  package struct Entry: Sendable {
    package let resource: ResourceType
    package let object: Document
    /// What it says cannot be changed.
    package let isMandatory: Bool

    package var name: String { ObjectKey(object).name }
  }

  /// Levels before the schemas that lead to them.
  package let entries: [Entry]

  package static let all = DefaultFlowControl(table: FlowControlTable.text)

  /// "true": the object follows the defaults; "false": it is the operator's.
  /// Source: Kubernetes documentation, "API Priority and Fairness", "Maintenance of the mandatory
  /// and suggested configuration objects".
  package static let updateAnnotation = "apf.kubernetes.io/autoupdate-spec"
  private static let apiVersion: Document = "flowcontrol.apiserver.k8s.io/v1"

  /// The level and the schema that nobody can be without.
  package static let exemptName = "exempt"
  package static let catchAllName = "catch-all"

  /// - Parameter table: traps where a line breaks the form that `FlowControlTable` describes.
  init(table: String) {
    var levels: [Entry] = []
    var schemas: [(words: [Substring], rules: [[Substring]])] = []
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      switch words[0] {
      case "level": levels.append(Self.level(words))
      case "schema": schemas.append((words, []))
      default:
        precondition(!schemas.isEmpty, "a rule without a schema: \(line)")
        schemas[schemas.count - 1].rules.append(words)
      }
    }
    entries = levels + schemas.map(Self.schema)
  }

  package func entry(_ resource: ResourceType, _ name: String) -> Entry? {
    entries.first { $0.resource == resource && $0.name == name }
  }

  // MARK: Reading the table

  private static func number(_ word: Substring) -> Document {
    guard let number = Int(word) else { preconditionFailure("no number: \(word)") }
    return Document(number)
  }

  private static func level(_ words: [Substring]) -> Entry {
    let shares: Document = [
      "nominalConcurrencyShares": number(words[3]), "lendablePercent": number(words[4]),
    ]
    let spec: Document
    switch words[2] {
    case "exempt": spec = ["type": "Exempt", "exempt": shares]
    case "reject":
      var limited = shares
      limited["limitResponse"] = ["type": "Reject"]
      spec = ["type": "Limited", "limited": limited]
    default:
      precondition(words[2] == "queue" && words.count >= 8, "\(words)")
      var limited = shares
      limited["limitResponse"] = [
        "type": "Queue",
        "queuing": [
          "queues": number(words[5]), "handSize": number(words[6]),
          "queueLengthLimit": number(words[7]),
        ],
      ]
      spec = ["type": "Limited", "limited": limited]
    }
    return entry(.priorityLevelConfigurations, words, spec)
  }

  private static func schema(_ words: [Substring], _ rules: [[Substring]]) -> Entry {
    var rule: Document = [
      "subjects": Document(words.dropFirst(5).filter { $0 != "mandatory" }.map(subject))
    ]
    let resourceRules = rules.filter { $0[1] != "url" }.map(resourceRule)
    let pathRules = rules.filter { $0[1] == "url" }.map { words -> Document in
      ["verbs": list(words[0]), "nonResourceURLs": list(words[2])]
    }
    if !resourceRules.isEmpty { rule["resourceRules"] = Document(resourceRules) }
    if !pathRules.isEmpty { rule["nonResourceRules"] = Document(pathRules) }
    var spec: Document = [
      "priorityLevelConfiguration": ["name": Document(words[2])],
      "matchingPrecedence": number(words[3]), "rules": [rule],
    ]
    if words[4] != "-" {
      spec["distinguisherMethod"] = ["type": words[4] == "user" ? "ByUser" : "ByNamespace"]
    }
    return entry(.flowSchemas, words, spec)
  }

  private static func resourceRule(_ words: [Substring]) -> Document {
    precondition(words.count == 3 || (words.count == 4 && words[3] == "cluster"), "\(words)")
    var rule: Document = [
      "verbs": list(words[0]), "apiGroups": words[1] == "\"\"" ? [""] : list(words[1]),
      "resources": list(words[2]), "namespaces": ["*"],
    ]
    if words.count == 4 { rule["clusterScope"] = true }
    return rule
  }

  private static func subject(_ word: Substring) -> Document {
    let parts = word.split(separator: "=", maxSplits: 1)
    precondition(parts.count == 2, "no subject: \(word)")
    switch parts[0] {
    case "user": return ["kind": "User", "user": ["name": Document(parts[1])]]
    case "group": return ["kind": "Group", "group": ["name": Document(parts[1])]]
    default:
      let account = parts[1].split(separator: "/")
      precondition(parts[0] == "account" && account.count == 2, "no subject: \(word)")
      return [
        "kind": "ServiceAccount",
        "serviceAccount": ["namespace": Document(account[0]), "name": Document(account[1])],
      ]
    }
  }

  private static func entry(_ resource: ResourceType, _ words: [Substring], _ spec: Document)
    -> Entry
  {
    Entry(
      resource: resource,
      object: [
        "apiVersion": apiVersion, "kind": Document(resource.kind),
        "metadata": ["name": Document(words[1]), "annotations": [updateAnnotation: "true"]],
        "spec": spec,
      ], isMandatory: words.last == "mandatory")
  }

  private static func list(_ text: Substring) -> Document {
    Document(text.split(separator: ",").map { Document($0) })
  }
}
