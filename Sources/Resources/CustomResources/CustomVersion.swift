import Foundations
import Synchronization

/// One version of a kind that a CustomResourceDefinition defines: how its objects are read, completed
/// and checked. Its schema is compiled when the first object comes.
package final class CustomVersion: Sendable {
  package let kind: GroupVersionKind
  /// An entry of the definition's `spec.versions`.
  package let document: Document
  package let columns: CustomColumns
  package let hasStatus: Bool
  package let scale: ScalePaths?
  package let selectableFields: [String]
  private let compiled = Mutex<Compiled?>(nil)

  /// Where `scale` finds its numbers.
  package struct ScalePaths: Sendable {
    package let specReplicas: [String]
    package let statusReplicas: [String]
    package let labelSelector: [String]?
  }

  /// Changes with everything that the version states.
  package let fingerprint: UInt64

  private struct Compiled {
    let schema: StructuralSchema
    let type: SchemaType
  }

  /// - Parameter version: an entry of `spec.versions`.
  package init(group: String, kind: String, version: Document) {
    self.kind = GroupVersionKind(
      group: group, version: version["name"]?.string ?? "", kind: kind)
    document = version
    fingerprint = version.json.reduce(0xcbf2_9ce4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    columns = CustomColumns(version)
    let subresources = version["subresources"]
    hasStatus = subresources?["status"] != nil
    scale = subresources?["scale"].flatMap(ScalePaths.init)
    selectableFields =
      version["selectableFields"]?.elements.compactMap {
        $0["jsonPath"]?.string.flatMap(JSONPath.init)?.names?.joined(separator: ".")
      } ?? []
  }

  /// The schema as the definition states it.
  package var schemaDocument: Document? { document[path: "schema", "openAPIV3Schema"] }
  package var schema: StructuralSchema { compile().schema }
  /// The schema as a table of types.
  package var type: SchemaType { compile().type }

  private func compile() -> Compiled {
    compiled.withLock { compiled in
      if let compiled { return compiled }
      let schema = StructuralSchema(schemaDocument ?? ["type": "object"])
      let made = Compiled(schema: schema, type: schema.table(of: kind))
      compiled = made
      return made
    }
  }

  // MARK: Reading

  /// An object as it was read, and what in it nobody knows.
  package struct Reading: Sendable {
    package var document: Document
    package var problems: [FieldProblem]
  }

  /// Reads an object that a client sent: unknown members are dropped, those of `metadata` too.
  /// - Parameter addsDefaults: not for what is applied, or its writer would own the defaults.
  /// - Throws: `.malformed` and `.wrongType` for what is no such object, `.strict` with all unknown and
  ///   duplicate members when `validation` is strict.
  package func read(
    json bytes: [UInt8], _ validation: FieldValidation, addsDefaults: Bool = true
  ) throws(DocumentError) -> Reading {
    let parsed = try DocumentParser.parse(
      json: bytes, schema: .empty, root: .any, validation: .warn)
    guard parsed.document.isObject else {
      throw .wrongType(path: "", found: "another value", expected: "object")
    }
    return try checked(
      parsed.document, parsed.problems, validation, addsDefaults: addsDefaults)
  }

  /// The same for an object that a patch made.
  package func checked(
    _ object: Document, _ known: [FieldProblem] = [], _ validation: FieldValidation,
    addsDefaults: Bool = true
  ) throws(DocumentError) -> Reading {
    var object = object
    var problems = known
    object["metadata"] = try Self.metadata(object["metadata"], at: "metadata", &problems)
    var failure: DocumentError?
    schema.editEmbeddedMetadata(of: &object) { metadata, path in
      do throws(DocumentError) {
        metadata = try Self.metadata(metadata, at: path, &problems) ?? .emptyObject
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    var unknown: [String] = []
    schema.prune(&object, unknown: &unknown)
    problems += unknown.prefix(DocumentParser.problemsMax).map { FieldProblem(.unknown, path: $0) }
    if validation == .strict && !problems.isEmpty { throw .strict(problems) }
    if addsDefaults { schema.applyDefaults(&object) }
    return Reading(document: object, problems: problems)
  }

  private static let objectMeta = Schema.builtin.type(
    named: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")

  private static func metadata(
    _ metadata: Document?, at path: String, _ problems: inout [FieldProblem]
  ) throws(DocumentError) -> Document? {
    guard let metadata, let objectMeta else { return metadata }
    do throws(DocumentError) {
      let parsed = try DocumentParser.parse(json: metadata.json, as: objectMeta, validation: .warn)
      problems += parsed.problems.map { FieldProblem($0.kind, path: "\(path).\($0.path)") }
      return parsed.document
    } catch {
      throw error.inside(path)
    }
  }

  // MARK: Stored objects

  /// An object that an earlier schema may have let in, as this one would have it.
  package func refreshed(_ object: Document) -> Document {
    var object = object
    var unknown: [String] = []
    schema.prune(&object, unknown: &unknown)
    schema.applyDefaults(&object)
    return object
  }

  /// Checks what the version's rules demand of an object (`x-kubernetes-validations`).
  package typealias RuleCheck = @Sendable (_ new: Document, _ old: Document?) -> [FieldError]

  /// Whatever is wrong with an object. Expects it pruned and with its defaults.
  /// - Parameter checkRules: called where the object's values are what the rules expect them to be.
  package func errors(
    in new: Document, replacing old: Document?, _ checkRules: RuleCheck? = nil
  ) -> [FieldError] {
    let metadata = new["metadata"] ?? .emptyObject
    var errors = MetadataValidation.errors(
      in: metadata, old == nil ? .subdomain : .any, isPlain: true)
    if let old {
      errors += MetadataValidation.changeErrors(metadata, old["metadata"] ?? .emptyObject)
    }
    errors += schema.errors(in: new, replacing: old)
    guard schema.hasRules, let checkRules else { return errors }
    return errors
      + (errors.contains(where: \.hidesRules) ? [Self.rulesUnchecked] : checkRules(new, old))
  }

  /// How upstream tells it: of no field, and of no value.
  private static let rulesUnchecked = FieldError.invalid(
    "<nil>", nil,
    "some validation rules were not checked because the object was invalid; correct the existing "
      + "errors to complete validation")
}

extension CustomVersion.ScalePaths {
  fileprivate init?(_ document: Document) {
    guard let spec = Self.names(document["specReplicasPath"]),
      let status = Self.names(document["statusReplicasPath"])
    else { return nil }
    specReplicas = spec
    statusReplicas = status
    labelSelector = Self.names(document["labelSelectorPath"])
  }

  private static func names(_ path: Document?) -> [String]? {
    path?.string.flatMap(JSONPath.init)?.names
  }
}

extension DocumentError {
  /// The same about a part of a larger document.
  fileprivate func inside(_ outer: String) -> DocumentError {
    switch self {
    case .wrongType(let path, let found, let expected):
      .wrongType(path: path.isEmpty ? outer : "\(outer).\(path)", found: found, expected: expected)
    case .wrongContent(let path, let found, let expected):
      .wrongContent(
        path: path.isEmpty ? outer : "\(outer).\(path)", found: found, expected: expected)
    default: self
    }
  }
}

extension FieldError {
  /// Whether rules over a value with this problem would say nothing of use.
  /// Source: upstream's errors that block the rules of custom resources.
  fileprivate var hidesRules: Bool {
    switch problem {
    case .notSupported, .required, .tooLong, .tooMany, .typeInvalid: true
    case .invalid, .forbidden, .duplicate, .notFound, .internalError: false
    }
  }
}
