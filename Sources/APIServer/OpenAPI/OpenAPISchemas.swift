import Resources

/// The types of the schema table as JSON Schema, in either version of OpenAPI.
/// Source: OpenAPI Specification 2.0 and 3.0, "Schema Object"; Kubernetes documentation,
/// "Kubernetes API Concepts", "OpenAPI".
struct OpenAPISchemas {
  enum Version {
    case v2, v3

    var referencePrefix: String { self == .v2 ? "#/definitions/" : "#/components/schemas/" }
  }

  let schema: Schema
  let version: Version
  /// Those that the document tells of.
  let groupVersions: [(group: String, version: String)]

  /// The schemas of some types and of all that they use, in order of name.
  func all(from roots: [SchemaType]) -> Document {
    var found: Set<SchemaType> = []
    var open = roots
    while let type = open.popLast() {
      guard found.insert(type).inserted else { continue }
      for field in type.fields { collect(field.type, into: &open) }
    }
    var members = found.map { ($0.name, definition(of: $0)) }
    for (name, scalar) in scalars where !found.contains(where: { $0.name == name }) {
      members.append((name, scalar))
    }
    return Document(members.sorted { $0.0 < $1.0 })
  }

  private func collect(_ type: FieldType, into open: inout [SchemaType]) {
    switch type {
    case .object(let id), .union(let id): open.append(schema[id])
    case .array(let id), .map(let id): collect(schema[id].type, into: &open)
    default: break
    }
  }

  // MARK: Types

  private static let meta = "io.k8s.apimachinery.pkg.apis.meta.v1."
  private static let quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity"
  private static let intOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
  private static let rawExtension = "io.k8s.apimachinery.pkg.runtime.RawExtension"
  private static let definitionProperties =
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"
  /// Any JSON value, as the properties of a definition's schema hold it.
  private static let json = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON"

  /// Types that have a name of their own and are no objects with members.
  private var scalars: [String: Document] {
    [
      // Only version 3 can say that a value is of one type or another.
      Self.quantity: version == .v2
        ? ["type": "string"] : ["oneOf": [["type": "string"], ["type": "number"]]],
      Self.intOrString: version == .v2
        ? ["type": "string", "format": "int-or-string"]
        : ["format": "int-or-string", "oneOf": [["type": "integer"], ["type": "string"]]],
      Self.rawExtension: ["type": "object"],
      Self.json: .emptyObject,
      Self.meta + "Time": ["type": "string", "format": "date-time"],
      Self.meta + "MicroTime": ["type": "string", "format": "date-time"],
      Self.meta + "FieldsV1": ["type": "object"],
      Self.meta + "Patch": ["type": "object"],
    ]
  }

  private func definition(of type: SchemaType) -> Document {
    if let scalar = type.scalar { return scalars[type.name] ?? value(scalar) }
    var result: Document = ["type": "object"]
    if let text = Descriptions.builtin.text(ofType: type.name) {
      result["description"] = Document(text)
    }
    if type.traits.contains(.union) { return .emptyObject }
    if !type.fields.isEmpty {
      result["properties"] = Document(
        type.fields.map { ($0.name, property($0, of: type)) })
    }
    let required = type.fields.filter(\.isRequired).map { Document($0.name) }
    if !required.isEmpty { result["required"] = Document(required) }
    let kinds = kinds(of: type)
    if !kinds.isEmpty {
      result["x-kubernetes-group-version-kind"] = Document(kinds.map(Self.document(of:)))
    }
    if type.traits.contains(.atomic) { result["x-kubernetes-map-type"] = "atomic" }
    if type.traits.contains(.preservesUnknown) {
      result["x-kubernetes-preserve-unknown-fields"] = true
    }
    let unions = type.definition.oneOfs.map(Self.document(of:))
    if !unions.isEmpty { result["x-kubernetes-unions"] = Document(unions) }
    return result
  }

  /// Options and events of watches are of every group that takes them.
  private func kinds(of type: SchemaType) -> [GroupVersionKind] {
    guard let kind = type.kind else { return [] }
    guard type.name == Self.meta + "DeleteOptions" || type.name == Self.meta + "WatchEvent" else {
      return [kind]
    }
    let others = groupVersions.filter { $0 != (kind.group, kind.version) }
    return [kind]
      + others.map { GroupVersionKind(group: $0.group, version: $0.version, kind: kind.kind) }
  }

  private func property(_ field: SchemaField, of type: SchemaType) -> Document {
    var result = value(field.type)
    if type.name == Self.definitionProperties { result = replacingAny(in: result) }
    if let text = Descriptions.builtin.text(ofField: field.name, in: type.name) {
      result["description"] = Document(text)
    }
    // Upstream's document of version 2 has no defaults.
    if version == .v3, let value = field.defaultValue { result["default"] = value }
    if !field.allowedValues.isEmpty {
      let values = Document(field.allowedValues.map { Document($0) })
      switch field.type {
      case .array: result.edit("items") { $0["enum"] = values }
      case .map: result.edit("additionalProperties") { $0["enum"] = values }
      default: result["enum"] = values
      }
    }
    if field.traits.contains(.statesListKind) {
      result["x-kubernetes-list-type"] =
        switch field.listKind {
        case .atomic: "atomic"
        case .set: "set"
        case .map: "map"
        }
      if !field.listMapKeys.isEmpty {
        result["x-kubernetes-list-map-keys"] = Document(field.listMapKeys.map { Document($0) })
      }
    } else if field.traits.contains(.atomicMap) {
      result["x-kubernetes-map-type"] = "atomic"
    } else if field.traits.contains(.granularMap) {
      result["x-kubernetes-map-type"] = "granular"
    }
    if let key = field.patchMergeKey { result["x-kubernetes-patch-merge-key"] = Document(key) }
    let strategy = field.patchStrategy.words
    if !strategy.isEmpty { result["x-kubernetes-patch-strategy"] = Document(strategy) }
    return result
  }

  private func value(_ type: FieldType) -> Document {
    switch type {
    case .string: ["type": "string"]
    case .int32: ["type": "integer", "format": "int32"]
    case .int64: ["type": "integer", "format": "int64"]
    case .double: ["type": "number", "format": "double"]
    case .boolean: ["type": "boolean"]
    case .bytes: ["type": "string", "format": "byte"]
    case .quantity: reference(Self.quantity)
    case .intOrString: reference(Self.intOrString)
    case .time: reference(Self.meta + "Time")
    case .microTime: reference(Self.meta + "MicroTime")
    case .duration: ["type": "string"]
    case .any: reference(Self.rawExtension)
    case .fieldsV1: reference(Self.meta + "FieldsV1")
    case .object(let id), .union(let id): reference(schema[id].name)
    case .array(let id): ["type": "array", "items": element(schema[id].type)]
    case .map(let id): ["type": "object", "additionalProperties": element(schema[id].type)]
    }
  }

  /// Nothing stands beside an element's reference.
  private func element(_ type: FieldType) -> Document {
    let value = value(type)
    return value["allOf"]?.elements.first { _ in true } ?? value
  }

  /// A definition's schema holds values that need not be objects, unlike other places for any value.
  private func replacingAny(in value: Document) -> Document {
    if value == reference(Self.rawExtension) { return reference(Self.json) }
    guard let items = value["items"] else { return value }
    let any: Document = ["$ref": Document(version.referencePrefix + Self.rawExtension)]
    var result = value
    if items == any { result["items"] = ["$ref": Document(version.referencePrefix + Self.json)] }
    return result
  }

  /// Version 3 allows nothing beside a reference but inside `allOf`.
  func reference(_ name: String) -> Document {
    let target: Document = ["$ref": Document(version.referencePrefix + name)]
    return version == .v2 ? target : ["allOf": [target]]
  }

  static func document(of kind: GroupVersionKind) -> Document {
    [
      "group": Document(kind.group), "kind": Document(kind.kind),
      "version": Document(kind.version),
    ]
  }

  private static func document(of union: SchemaType.OneOf) -> Document {
    var result = Document.emptyObject
    if let discriminator = union.discriminator { result["discriminator"] = Document(discriminator) }
    result["fields-to-discriminateBy"] = Document(
      union.members.map { ($0.field, Document($0.value)) })
    return result
  }
}

extension SchemaField.PatchStrategy {
  /// `merge,retainKeys`
  fileprivate var words: String {
    var words: [String] = []
    if contains(.merge) { words.append("merge") }
    if contains(.replace) { words.append("replace") }
    if contains(.retainKeys) { words.append("retainKeys") }
    return words.joined(separator: ",")
  }
}
