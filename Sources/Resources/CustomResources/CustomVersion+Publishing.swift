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
  package func published(isVersion2: Bool, reference: @escaping (String) -> Document) -> Document {
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
    let parts = EmbeddedParts(isVersion2: isVersion2, reference: reference)
    schema = parts.added(to: schema)
    schema["properties"] = parts.resourceProperties(beside: schema["properties"])
    schema["x-kubernetes-group-version-kind"] = [own]
    if !selectableFields.isEmpty {
      schema["x-kubernetes-selectable-fields"] = Document(
        selectableFields.map { ["fieldPath": Document($0)] })
    }
    return schema
  }

  /// The list of such objects.
  package func publishedList(kind listKind: String, reference: (String) -> Document) -> Document {
    let items: Document = [
      "type": "array", "items": reference(publishedName),
      "description": Document("The \(kind.kind) objects of the list."),
    ]
    return [
      "type": "object", "required": ["items"],
      "description": Document("\(listKind) is a list of \(kind.kind)"),
      "properties": [
        "apiVersion": EmbeddedParts.text("apiVersion"), "kind": EmbeddedParts.text("kind"),
        "metadata": EmbeddedParts.described(
          reference(EmbeddedParts.metaPrefix + "ListMeta"), "metadata"),
        "items": items,
      ],
      "x-kubernetes-group-version-kind": [
        [
          "group": Document(kind.group), "kind": Document(listKind),
          "version": Document(kind.version),
        ]
      ],
    ]
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

/// What whole resources have in common, whether their schema says so or not.
private struct EmbeddedParts {
  static let metaPrefix = "io.k8s.apimachinery.pkg.apis.meta.v1."

  let isVersion2: Bool
  let reference: (String) -> Document

  /// A schema with the common members of the resources that are embedded in it.
  func added(to schema: Document) -> Document {
    var result = schema
    if let properties = schema["properties"] {
      result["properties"] = Document(properties.members.map { ($0.name, added(to: $0.value)) })
    }
    for member in ["items", "additionalProperties"] {
      guard let inner = schema[member], inner.isObject else { continue }
      result[member] = added(to: inner)
    }
    let isFree = schema["x-kubernetes-preserve-unknown-fields"]?.bool == true
    guard schema["x-kubernetes-embedded-resource"]?.bool == true, !(isVersion2 && isFree) else {
      return result
    }
    result["properties"] = resourceProperties(beside: result["properties"])
    var required = result["required"].map { Array($0.elements) } ?? []
    for name in ["kind", "apiVersion"] where !required.contains(Document(name)) {
      required.append(Document(name))
    }
    result["required"] = Document(required)
    return result
  }

  func resourceProperties(beside own: Document?) -> Document {
    var properties = own ?? .emptyObject
    properties["metadata"] = Self.described(reference(Self.metaPrefix + "ObjectMeta"), "metadata")
    properties["apiVersion"] = Self.text("apiVersion")
    properties["kind"] = Self.text("kind")
    return properties
  }

  static func text(_ field: String) -> Document { described(["type": "string"], field) }

  static func described(_ schema: Document, _ field: String) -> Document {
    var result = schema
    result["description"] = Descriptions.builtin.text(
      ofField: field, in: metaPrefix + "TypeMeta"
    ).map { Document($0) }
    return result
  }
}
