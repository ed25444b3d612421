/// What `kubectl get` may be told to show of a custom resource.
/// Source: Kubernetes API reference, "CustomResourceColumnDefinition".
enum CustomColumnValidation {
  private static let types = ["boolean", "date", "integer", "number", "string"]
  private static let formats = [
    "byte", "date", "date-time", "double", "float", "int32", "int64", "password",
  ]

  static func errors(_ columns: Document?, at field: String) -> [FieldError] {
    (columns ?? .emptyArray).elements.enumerated().flatMap { position, column in
      errors(column, at: "\(field)[\(position)]")
    }
  }

  private static func errors(_ column: Document, at field: String) -> [FieldError] {
    var errors: [FieldError] = []
    if column["name"]?.string?.isEmpty ?? true { errors.append(.required("\(field).name")) }
    let type = column["type"]?.string ?? ""
    let mustBe = "must be one of \(types.joined(separator: ","))"
    if type.isEmpty {
      errors.append(.required("\(field).type", mustBe))
    } else if !types.contains(type) {
      errors.append(.invalid("\(field).type", Document(type), mustBe))
    }
    if let format = column["format"]?.string, !format.isEmpty, !formats.contains(format) {
      let words = "must be one of \(formats.joined(separator: ","))"
      errors.append(.invalid("\(field).format", Document(format), words))
    }
    return errors + pathErrors(column["jsonPath"]?.string ?? "", at: "\(field).JSONPath")
  }

  /// Only how it begins is looked at: a path that leads nowhere has an empty column.
  private static func pathErrors(_ path: String, at field: String) -> [FieldError] {
    if path.isEmpty { return [.required(field)] }
    return path.hasPrefix(".")
      ? [] : [.invalid(field, Document(path), "must be a simple json path starting with .")]
  }
}
