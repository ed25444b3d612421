import Foundations

/// Whether the versions of a CustomResourceDefinition are well formed: their warnings, schemas,
/// subresources, columns and selectable fields.
struct CustomVersionValidation {
  private let versions: [Document]
  private let places: DefinitionPlaces
  private let demands: ItemDemands

  /// - Parameter versions: `spec.versions`.
  init(_ versions: [Document], _ demands: ItemDemands) {
    self.versions = versions
    self.demands = demands
    places = DefinitionPlaces(versions)
  }

  func errors(in version: Document, at position: Int) -> [FieldError] {
    var errors = Self.warningErrors(version, at: "spec.versions[\(position)].deprecationWarning")
    let schemaField = places.field(of: .schema, in: position) + ".openAPIV3Schema"
    let schema = version[path: "schema", "openAPIV3Schema"]
    if let schema, !places.isSaid(of: .schema, in: position) {
      errors += CustomSchemaValidation.errors(
        schema, at: schemaField, hasStatus: hasStatus(version), demands)
    } else if schema == nil {
      errors.append(.required("spec.versions[\(position)].schema.openAPIV3Schema"))
    }
    if !places.isSaid(of: .subresources, in: position) {
      errors += ScaleRule.errors(
        version[path: "subresources", "scale"],
        at: places.field(of: .subresources, in: position) + ".scale")
    }
    if !places.isSaid(of: .additionalPrinterColumns, in: position) {
      errors += CustomColumnValidation.errors(
        version["additionalPrinterColumns"],
        at: places.field(of: .additionalPrinterColumns, in: position))
    }
    // Stated alike, they may still be held to schemas that are not.
    return errors
      + SelectableFieldValidation.errors(
        version["selectableFields"], in: schema,
        at: places.field(of: .selectableFields, in: position))
  }

  /// A schema of all versions serves each of them.
  private func hasStatus(_ version: Document) -> Bool {
    (places.isCommon(.schema) ? versions : [version]).contains {
      $0[path: "subresources", "status"]?.isObject == true
    }
  }

  // MARK: Warnings

  /// Source: Kubernetes API reference, "CustomResourceDefinitionVersion", `deprecationWarning`.
  private static let warningByteCountMax = 256

  private static func warningErrors(_ version: Document, at field: String) -> [FieldError] {
    guard let warning = version["deprecationWarning"]?.string else { return [] }
    return warningProblems(warning, isDeprecated: version["deprecated"]?.bool == true).map {
      .invalid(field, Document(warning), $0)
    }
  }

  private static func warningProblems(_ warning: String, isDeprecated: Bool) -> [String] {
    if !isDeprecated { return ["can only be set for deprecated versions"] }
    if warning.isEmpty { return ["must not be an empty string"] }
    var problems: [String] = []
    if warning.utf8.count > warningByteCountMax {
      problems.append("must be <= \(warningByteCountMax) characters long")
    }
    if let position = warning.unicodeScalars.firstIndex(where: { !$0.isPrintable }) {
      let offset = warning.utf8.distance(from: warning.startIndex, to: position)
      problems.append(
        "must only contain printable UTF-8 characters; non-printable character found at index "
          + "\(offset)")
    }
    return problems
  }
}
