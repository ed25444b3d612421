extension CustomVersion {
  /// What OpenAPI calls the type: `com.example.stable.v1.CronTab`.
  package var publishedName: String {
    let group = kind.group.split(separator: ".").reversed().joined(separator: ".")
    return "\(group).\(kind.version).\(kind.kind)"
  }

  /// The schema as OpenAPI publishes it, with what every object has.
  /// - Parameters:
  ///   - isVersion2: leaves out what OpenAPI 2.0 or kubectl cannot cope with.
  ///   - reference: how a named type is referred to.
  /// Source: Kubernetes documentation, "Publish Validation Schema in OpenAPI".
  package func published(isVersion2: Bool, reference: (String) -> Document) -> Document {
    let own: Document = [
      "group": Document(kind.group), "kind": Document(kind.kind),
      "version": Document(kind.version),
    ]
    guard var schema = schemaDocument,
      !(isVersion2 && schema["x-kubernetes-preserve-unknown-fields"]?.bool == true)
    else {
      // Members of their own would make kubectl refuse all others.
      return ["type": "object", "x-kubernetes-group-version-kind": [own]]
    }
    if isVersion2 { schema = Self.version2(of: schema) }
    schema = Self.withEmbedded(schema, isRoot: true, reference)
    schema["x-kubernetes-group-version-kind"] = [own]
    return schema
  }

  /// The list of such objects.
  package func publishedList(kind listKind: String, reference: (String) -> Document) -> Document {
    [
      "type": "object", "required": ["items"],
      "properties": [
        "apiVersion": ["type": "string"], "kind": ["type": "string"],
        "metadata": reference(Self.metaPrefix + "ListMeta"),
        "items": ["type": "array", "items": reference(publishedName)],
      ],
      "x-kubernetes-group-version-kind": [
        [
          "group": Document(kind.group), "kind": Document(listKind),
          "version": Document(kind.version),
        ]
      ],
    ]
  }

  private static let metaPrefix = "io.k8s.apimachinery.pkg.apis.meta.v1."

  /// Whole resources have their common members, whether the schema says so or not.
  private static func withEmbedded(
    _ schema: Document, isRoot: Bool, _ reference: (String) -> Document
  ) -> Document {
    var result = schema
    if let properties = schema["properties"] {
      result["properties"] = Document(
        properties.members.map { ($0.name, withEmbedded($0.value, isRoot: false, reference)) })
    }
    for member in ["items", "additionalProperties"] {
      guard let inner = schema[member], inner.isObject else { continue }
      result[member] = withEmbedded(inner, isRoot: false, reference)
    }
    guard isRoot || schema["x-kubernetes-embedded-resource"]?.bool == true else { return result }
    var properties = result["properties"] ?? .emptyObject
    properties["metadata"] = reference(metaPrefix + "ObjectMeta")
    properties["apiVersion"] = ["type": "string"]
    properties["kind"] = ["type": "string"]
    result["properties"] = properties
    return result
  }

  /// Source: the restrictions that Kubernetes documentation, "Publish Validation Schema in OpenAPI",
  /// names for version 2.
  private static func version2(of schema: Document) -> Document {
    var result = schema
    for keyword in ["allOf", "anyOf", "oneOf", "not", "nullable"] { result[keyword] = nil }
    let isFree = schema["x-kubernetes-preserve-unknown-fields"]?.bool == true
    let isNullable = schema["nullable"]?.bool == true
    if isFree || isNullable {
      result["items"] = nil
      result["properties"] = nil
    }
    let type = schema["type"]?.string
    if isNullable || (type == "array" && result["items"] == nil) || (isFree && type == "object") {
      result["type"] = nil
    }
    if let properties = result["properties"] {
      let nullable = properties.members.filter { $0.value["nullable"]?.bool == true }.map(\.name)
      drop(nullable, fromRequiredOf: &result)
      result["properties"] = Document(
        properties.members.map { ($0.name, version2(of: $0.value)) })
    }
    for member in ["items", "additionalProperties"] {
      guard let inner = result[member], inner.isObject else { continue }
      result[member] = version2(of: inner)
    }
    return result
  }

  private static func drop(_ names: [String], fromRequiredOf schema: inout Document) {
    guard let required = schema["required"], !names.isEmpty else { return }
    let kept = required.elements.filter { !names.contains($0.string ?? "") }
    schema["required"] = kept.isEmpty ? nil : Document(kept)
  }
}
