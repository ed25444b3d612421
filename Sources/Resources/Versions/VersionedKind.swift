package import Foundations

/// The versions in which one kind is served, and how its objects read in each. They are stored once,
/// in one of the versions; every other one is a view of that. Pure.
package struct VersionedKind: Sendable {
  /// The version that new objects are stored in.
  package let stored: Version
  private let others: [String: Version]
  /// How to read what was stored under an earlier schema; `nil` where the schema never changes.
  package let refresh: Refresh?
  /// Converts from any version to any other in place of the versions' own conversions; the object
  /// itself where it cannot. `nil` where those do it.
  private let external: External?

  package typealias External =
    @Sendable (_ object: Document, _ apiVersion: String) -> Document

  /// Objects that were stored before a schema came into force are read as it would have them.
  package struct Refresh: Sendable {
    /// Grows with each change of the schema.
    package let generation: Int
    /// Whether an object of a revision was stored before.
    package let isNeeded: @Sendable (Revision) -> Bool
    /// - Parameter apiVersion: what the object is read as.
    package let apply: @Sendable (_ object: Document, _ apiVersion: String) -> Document

    package init(
      generation: Int, isNeeded: @escaping @Sendable (Revision) -> Bool,
      apply: @escaping @Sendable (_ object: Document, _ apiVersion: String) -> Document
    ) {
      self.generation = generation
      self.isNeeded = isNeeded
      self.apply = apply
    }
  }

  /// One version of a kind.
  package struct Version: Sendable {
    package let kind: GroupVersionKind
    /// What its objects hold; `nil` where there is no schema.
    package var type: SchemaType? { compiledType() }
    private let compiledType: @Sendable () -> SchemaType?
    /// From and to the stored version.
    package let conversion: VersionConversion

    package init(kind: GroupVersionKind, type: SchemaType?, conversion: VersionConversion) {
      self.init(kind: kind, compiling: { type }, conversion: conversion)
    }

    /// - Parameter type: called when the type is first needed, and again.
    package init(
      kind: GroupVersionKind, compiling type: @escaping @Sendable () -> SchemaType?,
      conversion: VersionConversion
    ) {
      self.kind = kind
      compiledType = type
      self.conversion = conversion
    }
  }

  /// - Parameters:
  ///   - stored: its conversion is not used.
  ///   - others: the versions beside it, each with its own `apiVersion`.
  ///   - external: see `external`.
  package init(
    stored: Version, others: [Version], refresh: Refresh? = nil, external: External? = nil
  ) {
    self.stored = stored
    self.refresh = refresh
    self.external = external
    self.others = Dictionary(
      others.map { ($0.kind.apiVersion, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package var all: [Version] { [stored] + others.values }

  /// - Returns: `nil` for a version that is not served.
  package func version(_ apiVersion: String) -> Version? {
    apiVersion == stored.kind.apiVersion ? stored : others[apiVersion]
  }

  /// An object of any version in another one. `metadata` stays as it is, but for annotations that
  /// hold what the new version has no member for.
  /// - Parameter apiVersion: a served one.
  /// - Returns: the object itself where it is of that version already, or of none that is served.
  package func converted(_ object: Document, to apiVersion: String) -> Document {
    let own = object["apiVersion"]?.string ?? stored.kind.apiVersion
    guard own != apiVersion, let source = version(own), let target = version(apiVersion) else {
      return object
    }
    if let external { return Self.headed(external(object, apiVersion), target.kind) }
    var result = object
    if own != stored.kind.apiVersion { result = source.conversion.toStored(result) }
    if apiVersion != stored.kind.apiVersion { result = target.conversion.fromStored(result) }
    return Self.headed(result, target.kind)
  }

  package func storedForm(of object: Document) -> Document {
    converted(object, to: stored.kind.apiVersion)
  }

  /// Members in the order in which every answer begins.
  package static func headed(_ object: Document, _ kind: GroupVersionKind) -> Document {
    var result: Document = [
      "kind": Document(kind.kind), "apiVersion": Document(kind.apiVersion),
      "metadata": object["metadata"] ?? .emptyObject,
    ]
    for (name, value) in object.members
    where name != "kind" && name != "apiVersion" && name != "metadata" {
      result[name] = value
    }
    return result
  }
}
