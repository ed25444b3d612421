import Foundations

/// Whether one version of a CustomResourceDefinition is well formed: its subresources, columns,
/// selectable fields, and its schema (`CustomSchemaValidation`).
enum CustomVersionValidation {
  static func errors(_ version: Document, at field: String) -> [FieldError] {
    var errors: [FieldError] = []
    let schemaField = "\(field).schema.openAPIV3Schema"
    if let schema = version[path: "schema", "openAPIV3Schema"] {
      errors += CustomSchemaValidation.errors(schema, at: schemaField)
    } else {
      errors.append(.required(schemaField))
    }
    errors += scaleErrors(version[path: "subresources", "scale"], at: "\(field).subresources")
    let columns = version["additionalPrinterColumns"].map { Array($0.elements) } ?? []
    for (position, column) in columns.enumerated() {
      errors += columnErrors(column, at: "\(field).additionalPrinterColumns[\(position)]")
    }
    let fields = version["selectableFields"].map { Array($0.elements) } ?? []
    if fields.count > selectableFieldsMax {
      errors.append(
        .tooMany("\(field).selectableFields", count: fields.count, max: selectableFieldsMax))
    }
    for (position, selectable) in fields.enumerated() {
      errors += selectableErrors(
        selectable, version, at: "\(field).selectableFields[\(position)].jsonPath")
    }
    if let warning = version["deprecationWarning"]?.string, warning.isEmpty {
      errors.append(
        .invalid("\(field).deprecationWarning", "", "must not be an empty string"))
    }
    if let warning = version["deprecationWarning"]?.string, version["deprecated"]?.bool != true {
      errors.append(
        .invalid(
          "\(field).deprecationWarning", Document(warning),
          "can only be set for deprecated versions"))
    }
    return errors
  }

  /// Source: Kubernetes documentation, "Selectable fields for custom resources".
  private static let selectableFieldsMax = 8

  private static func scaleErrors(_ scale: Document?, at field: String) -> [FieldError] {
    guard let scale else { return [] }
    var errors: [FieldError] = []
    let paths = [
      ("specReplicasPath", [".spec."], "should be a json path under .spec", true),
      ("statusReplicasPath", [".status."], "should be a json path under .status", true),
      (
        "labelSelectorPath", [".spec.", ".status."],
        "should be a json path under either .spec or .status", false
      ),
    ]
    for (member, prefixes, words, isRequired) in paths {
      let path = scale[member]?.string ?? ""
      if path.isEmpty {
        if isRequired { errors.append(.required("\(field).scale.\(member)")) }
      } else if JSONPath(path)?.names == nil {
        errors.append(
          .invalid(
            "\(field).scale.\(member)", Document(path), "must be a json path in the dot notation"))
      } else if !prefixes.contains(where: path.hasPrefix) {
        errors.append(.invalid("\(field).scale.\(member)", Document(path), words))
      }
    }
    return errors
  }

  private static func columnErrors(_ column: Document, at field: String) -> [FieldError] {
    var errors: [FieldError] = []
    let types = ["boolean", "date", "integer", "number", "string"]
    let formats = [
      "byte", "date", "date-time", "double", "float", "int32", "int64", "password",
    ]
    if column["name"]?.string?.isEmpty ?? true { errors.append(.required("\(field).name")) }
    let type = column["type"]?.string ?? ""
    let mustBe = "must be one of \(types.joined(separator: ","))"
    if type.isEmpty {
      errors.append(.required("\(field).type", mustBe))
    } else if !types.contains(type) {
      errors.append(.invalid("\(field).type", Document(type), mustBe))
    }
    if let format = column["format"]?.string, !format.isEmpty, !formats.contains(format) {
      errors.append(
        .invalid(
          "\(field).format", Document(format),
          "must be one of \(formats.joined(separator: ","))"))
    }
    let path = column["jsonPath"]?.string ?? ""
    if path.isEmpty {
      errors.append(.required("\(field).JSONPath"))
    } else if !path.hasPrefix(".") {
      errors.append(
        .invalid(
          "\(field).JSONPath", Document(path), "must be a simple json path starting with ."))
    } else if JSONPath(path) == nil {
      errors.append(.invalid("\(field).JSONPath", Document(path), "is an invalid path"))
    }
    return errors
  }

  private static func selectableErrors(
    _ selectable: Document, _ version: Document, at field: String
  ) -> [FieldError] {
    let text = selectable["jsonPath"]?.string ?? ""
    if text.isEmpty { return [.required(field)] }
    guard let names = JSONPath(text)?.names, text.hasPrefix(".") else {
      return [.invalid(field, Document(text), "is an invalid path")]
    }
    if names.first == "metadata" {
      return [.invalid(field, Document(text), "must not point to fields in metadata")]
    }
    var schema = version[path: "schema", "openAPIV3Schema"]
    for name in names { schema = schema?[path: "properties", name] }
    guard let type = schema?["type"]?.string, ["string", "boolean", "integer"].contains(type)
    else {
      return [
        .invalid(
          field, Document(text),
          "must point to a field of type string, boolean or integer. Enum string fields and strings "
            + "with formats are allowed.")
      ]
    }
    return []
  }
}
