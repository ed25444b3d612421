/// Reads the committed text of the built-in resources.
///
///     = API_VERSION                                       the resources that follow
///      NAME KIND SINGULAR SCOPE VERBS [short:...] [in:...]
///     = columns
///      KIND NAME:TYPE:FORMAT:PRIORITY|...
///
/// NAME: `pods` or `pods/status`. KIND: `Pod`, or `GROUP/VERSION/KIND` where it stands in another
/// group. VERBS: with commas, `*` for all eight.
struct ResourceTable {
  private let lines: [Substring]
  private let schema: Schema
  private var columns: [Substring: [ResourceDefinition.Column]] = [:]

  private static let allVerbs = [
    "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
  ]

  init(_ text: StaticString, schema: Schema) {
    self.lines = text.description.split(separator: "\n")
    self.schema = schema
    guard let heading = lines.firstIndex(of: "= columns") else { return }
    for line in lines[heading...].dropFirst() {
      let words = line.split(separator: " ", maxSplits: 1)
      columns[words[0]] = words[1].split(separator: "|").map(column)
    }
  }

  private func column(_ text: Substring) -> ResourceDefinition.Column {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    return ResourceDefinition.Column(
      name: parts[0], type: parts[1], format: parts[2], priority: Int(parts[3]) ?? 0)
  }

  func definitions() -> [ResourceDefinition] {
    var found: [ResourceDefinition] = []
    var apiVersion = ""
    for line in lines {
      if line == "= columns" { break }
      if line.first == "=" {
        apiVersion = String(line.dropFirst(2))
      } else {
        found.append(definition(line.split(separator: " "), apiVersion))
      }
    }
    return found
  }

  private func definition(_ words: [Substring], _ apiVersion: String) -> ResourceDefinition {
    let name = words[0].split(separator: "/", maxSplits: 1).map(String.init)
    let home = GroupVersionKind(apiVersion: apiVersion, kind: String(words[1]))
    let parts = words[1].split(separator: "/").map(String.init)
    let kind =
      parts.count == 3
      ? GroupVersionKind(group: parts[0], version: parts[1], kind: parts[2]) : home
    let options = words.dropFirst(5)
    func option(_ prefix: String) -> [String] {
      options.first { $0.hasPrefix(prefix) }
        .map { $0.dropFirst(prefix.count).split(separator: ",").map(String.init) } ?? []
    }
    return ResourceDefinition(
      group: home.group, version: home.version, plural: name[0],
      subresource: name.count > 1 ? name[1] : nil, kind: kind,
      singular: words[2] == "-" ? "" : String(words[2]), isNamespaced: words[3] == "namespaced",
      verbs: words[4] == "*" ? Self.allVerbs : words[4].split(separator: ",").map(String.init),
      shortNames: option("short:"), categories: option("in:"), type: schema.type(of: kind),
      columns: columns[Substring(kind.kind)] ?? [])
  }
}
