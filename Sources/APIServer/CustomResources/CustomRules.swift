import CEL
import Resources
import Synchronization

/// The rules of one version of a custom resource, compiled when the first object is written.
final class CustomRules: Sendable {
  private let version: CustomVersion
  private let compiled = Mutex<SchemaRules?>(nil)

  init(_ version: CustomVersion) { self.version = version }

  /// The rules that an object breaks. Cost is bounded by the budget of one object.
  func problems(of new: Document, replacing old: Document?) -> [FieldError] {
    rules.problems(of: new, old: old)
  }

  private var rules: SchemaRules {
    compiled.withLock { compiled in
      if let compiled { return compiled }
      let made = SchemaRules(schema: version.schemaDocument ?? .emptyObject)
      compiled = made
      return made
    }
  }
}

extension CustomRules {
  /// What is wrong with the rules of a CustomResourceDefinition. Versions whose schema stays as it was
  /// are not looked at: what was good when it was written may stay.
  /// - Parameter others: what is wrong with it otherwise. Only the rules of a schema that is sound can
  ///   be understood.
  static func definitionErrors(
    _ new: Document, replacing old: Document?, beside others: [FieldError]
  ) -> [FieldError] {
    let versions = (new[path: "spec", "versions"] ?? .emptyArray).elements.map { $0 }
    let former = (old?[path: "spec", "versions"] ?? .emptyArray).elements.map { $0 }
    let places = DefinitionPlaces(versions)
    var errors: [FieldError] = []
    for (position, version) in versions.enumerated()
    where !places.isSaid(of: .schema, in: position) {
      guard let schema = version[path: "schema", "openAPIV3Schema"] else { continue }
      let field = places.field(of: .schema, in: position) + ".openAPIV3Schema"
      let before = former.first { $0["name"] == version["name"] }
      if before?[path: "schema", "openAPIV3Schema"] == schema
        || others.contains(where: { $0.field.hasPrefix(field) })
      {
        continue
      }
      errors += problems(in: schema, at: field)
    }
    return errors
  }

  /// Defaults that break rules are told first, and alone.
  private static func problems(in schema: Document, at field: String) -> [FieldError] {
    let broken = DefaultRules.problems(in: schema, at: field)
    return broken.isEmpty ? DefinitionRules.problems(in: schema, at: field) : broken
  }
}
