/// By which of their fields custom resources may be selected: few, and scalars of the schema.
///
/// Fields that all versions state alike are held to the schema of each version. Upstream refuses them
/// where the schemas differ, for it finds the one outside of the versions and the other in them.
/// Source: Kubernetes documentation, "Selectable fields for custom resources".
enum SelectableFieldValidation {
  private static let countMax = 8

  static func errors(_ fields: Document?, in schema: Document?, at field: String) -> [FieldError] {
    let paths = (fields ?? .emptyArray).elements.map { $0["jsonPath"]?.string ?? "" }
    if paths.isEmpty { return [] }
    guard let schema else {
      return [.invalid(field, "", "may only be set when validations.schema is included")]
    }
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (position, path) in paths.enumerated() {
      let place = "\(field)[\(position)].jsonPath"
      guard let found = SchemaFieldPath(path, in: schema, allowsBrackets: false) else {
        errors.append(
          path.isEmpty ? .required(place) : .invalid(place, Document(path), "is an invalid path"))
        continue
      }
      errors += Self.errors(found, path, at: place)
      if !seen.insert(found.text).inserted { errors.append(.duplicate(place, Document(path))) }
    }
    if seen.count > countMax { errors.append(.tooMany(field, count: seen.count, max: countMax)) }
    return errors
  }

  private static func errors(_ found: SchemaFieldPath, _ path: String, at field: String)
    -> [FieldError]
  {
    var errors: [FieldError] = []
    if found.names.first == "metadata" {
      errors.append(.invalid(field, Document(path), "must not point to fields in metadata"))
    }
    if !["string", "boolean", "integer"].contains(found.schema["type"]?.string) {
      errors.append(
        .invalid(
          field, Document(path),
          "must point to a field of type string, boolean or integer. Enum string fields and strings "
            + "with formats are allowed."))
    }
    return errors
  }
}
