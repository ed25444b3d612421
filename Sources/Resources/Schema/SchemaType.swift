/// A type of a schema: an object with named members, a union, or a scalar with a name of its own.
/// A handle of two words; all facts stand in the schema.
package struct SchemaType: Sendable, Hashable, CustomStringConvertible {
  package let schema: Schema
  package let id: ID

  /// Index of a type in its schema.
  package struct ID: Hashable, Sendable {
    package let rawValue: UInt32
  }

  /// What a schema holds about one type.
  package struct Definition: Sendable {
    /// The OpenAPI name: `io.k8s.api.core.v1.Pod`.
    package var name: String
    /// Where objects of this type are served; `nil` for parts of objects.
    package var kind: GroupVersionKind?
    /// Set for types that are no objects: Quantity, Time.
    package var scalar: FieldType?
    package var traits: Traits = []
    package var oneOfs: [OneOf] = []
    /// The type's fields in `Schema.fields`.
    package internal(set) var fields: Range<Int> = 0..<0

    package init(name: String) { self.name = name }
  }

  package struct Traits: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Server-side apply owns the object as a whole.
    package static let atomic = Traits(rawValue: 1)
    package static let union = Traits(rawValue: 2)
    /// Members without a field are kept (x-kubernetes-preserve-unknown-fields).
    package static let preservesUnknown = Traits(rawValue: 4)
    /// A whole object with apiVersion, kind and metadata (x-kubernetes-embedded-resource).
    package static let embeddedResource = Traits(rawValue: 8)
  }

  /// Fields of which one at most is set. Source: x-kubernetes-unions.
  package struct OneOf: Sendable, Equatable {
    /// The field that names the one in use; `nil` where there is none.
    package var discriminator: String?
    /// Field, and what the discriminator says for it.
    package var members: [Member]

    package struct Member: Sendable, Equatable {
      package var field: String
      package var value: String
    }
  }

  package static func == (left: SchemaType, right: SchemaType) -> Bool {
    left.id == right.id && left.schema === right.schema
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(id) }

  package var definition: Definition { schema.definitions[Int(id.rawValue)] }
  package var name: String { definition.name }
  package var kind: GroupVersionKind? { definition.kind }
  package var scalar: FieldType? { definition.scalar }
  package var traits: Traits { definition.traits }
  package var description: String { name }

  /// Fields in order of name.
  package var fields: ArraySlice<SchemaField> { schema.fields[definition.fields] }

  /// Cost is O(1).
  package func field(named name: String) -> SchemaField? {
    var name = name
    let index = name.withUTF8 { schema.fieldIndex(in: id, name: $0) }
    return index.map { schema.fields[$0] }
  }
}

/// Where a kind of object is served: `apps/v1 Deployment`.
package struct GroupVersionKind: Hashable, Sendable, CustomStringConvertible {
  /// Empty for the core group.
  package var group: String
  package var version: String
  package var kind: String

  package init(group: String, version: String, kind: String) {
    self.group = group
    self.version = version
    self.kind = kind
  }

  /// Takes an object's `apiVersion` apart: `v1` or `apps/v1`.
  package init(apiVersion: String, kind: String) {
    let parts = apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(
      group: parts.count == 2 ? String(parts[0]) : "", version: String(parts[parts.count - 1]),
      kind: kind)
  }

  package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// As upstream's messages spell it: `apps/v1, Kind=Deployment`.
  package var description: String { "\(apiVersion), Kind=\(kind)" }
}
