/// What types and fields are for, in a sentence or two: what `kubectl explain` shows. Our own words;
/// a field without any is explained by its name and type alone.
///
/// Shape of the tables: a line per type, `NAME TEXT`, and below it a line per field, ` FIELD TEXT`.
/// Types are named without their group: one text serves every version of a type.
package struct Descriptions: Sendable {
  private var types: [Substring: Substring] = [:]
  private var fields: [Substring: [Substring: Substring]] = [:]

  /// Of the built-in types. Read once, when OpenAPI is first asked for.
  package static let builtin = Descriptions(
    tables: [
      metaDescriptions, podDescriptions, containerDescriptions, volumeDescriptions,
      workloadDescriptions, networkDescriptions, clusterDescriptions, accessDescriptions,
    ])

  init(tables: [StaticString]) {
    for table in tables {
      let text = table.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
      var type: Substring = ""
      for line in text.split(separator: "\n") {
        let isField = line.first == " "
        let parts = line.drop { $0 == " " }.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { continue }
        if isField {
          fields[type, default: [:]][parts[0]] = parts[1]
        } else {
          type = parts[0]
          types[type] = parts[1]
        }
      }
    }
  }

  /// - Parameter type: the OpenAPI name, `io.k8s.api.core.v1.Pod`.
  package func text(ofType type: String) -> String? {
    let name = Self.shortName(type)
    if let text = types[name] { return String(text) }
    // Lists differ in nothing but what they hold.
    guard name.hasSuffix("List"), name.utf8.count > 4 else { return nil }
    return "A page of \(name.dropLast(4)) objects, as a list request answers it."
  }

  /// What the type says of its field, else what fields of that name are for everywhere.
  package func text(ofField field: String, in type: String) -> String? {
    (fields[Self.shortName(type)]?[field[...]] ?? fields["*"]?[field[...]]).map(String.init)
  }

  /// Every type and field that a table names, to be compared with the schema.
  var named: [(type: String, fields: [String])] {
    Set(types.keys).union(fields.keys).filter { $0 != "*" }.map { type in
      (String(type), (fields[type] ?? [:]).keys.map(String.init))
    }
  }

  private static func shortName(_ type: String) -> Substring {
    type.lastIndex(of: ".").map { type[type.index(after: $0)...] } ?? type[...]
  }
}
