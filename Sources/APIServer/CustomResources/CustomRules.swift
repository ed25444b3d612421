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
  static func definitionErrors(_ new: Document, replacing old: Document?) -> [FieldError] {
    let former = (old?[path: "spec", "versions"] ?? .emptyArray).elements.map { $0 }
    var errors: [FieldError] = []
    for (position, version) in (new[path: "spec", "versions"] ?? .emptyArray).elements.enumerated()
    {
      guard let schema = version[path: "schema", "openAPIV3Schema"] else { continue }
      let before = former.first { $0["name"] == version["name"] }
      if before?[path: "schema", "openAPIV3Schema"] == schema { continue }
      errors += DefinitionRules.problems(
        in: schema, at: "spec.versions[\(position)].schema.openAPIV3Schema")
    }
    return errors
  }
}
