/// What the schema of a custom resource may say of how its lists and maps are merged.
/// Source: Kubernetes documentation, "Server-Side Apply", "Merge strategy".
struct SchemaListValidation {
  private let schema: Document
  private let field: String
  private let type: String
  private let listType: String?
  private let keys: [String]
  private var errors: [FieldError] = []

  private init(_ schema: Document, at field: String) {
    self.schema = schema
    self.field = field
    type = schema["type"]?.string ?? ""
    listType = schema["x-kubernetes-list-type"]?.string
    keys = schema["x-kubernetes-list-map-keys"]?.elements.compactMap(\.string) ?? []
  }

  static func errors(_ schema: Document, at field: String, _ demands: ItemDemands) -> [FieldError] {
    var check = SchemaListValidation(schema, at: field)
    check.checkMapType()
    check.checkListType()
    if check.listType == "map" { check.checkKeyedList() }
    return check.errors + demands.errors(schema, at: field)
  }

  private mutating func checkMapType() {
    guard let kind = schema["x-kubernetes-map-type"]?.string else { return }
    if type != "object" { mustBe("object", "x-kubernetes-map-type") }
    if !["atomic", "granular"].contains(kind) {
      errors.append(
        .notSupported("\(field).x-kubernetes-map-type", kind, ["atomic", "granular"]))
    }
  }

  private mutating func checkListType() {
    let place = "\(field).x-kubernetes-list-type"
    if let listType {
      if type != "array" { mustBe("array", "x-kubernetes-list-type") }
      if !["atomic", "set", "map"].contains(listType) {
        errors.append(.notSupported(place, listType, ["atomic", "set", "map"]))
      }
    }
    if keys.isEmpty || listType == "map" { return }
    let words = "must be map if x-kubernetes-list-map-keys is non-empty"
    errors.append(
      listType.map { .invalid(place, Document($0), words) } ?? .required(place, words))
  }

  private mutating func mustBe(_ wanted: String, _ keyword: String) {
    let words = "must be \(wanted) if \(keyword) is specified"
    errors.append(
      type.isEmpty
        ? .required("\(field).type", words) : .invalid("\(field).type", Document(type), words))
  }

  private mutating func checkKeyedList() {
    if keys.isEmpty {
      errors.append(
        .required(
          "\(field).x-kubernetes-list-map-keys",
          "must not be empty if x-kubernetes-list-type is map"))
    }
    guard let items = schema["items"] else {
      errors.append(
        .required("\(field).items", "must have a schema if x-kubernetes-list-type is map"))
      return
    }
    guard items.isObject else {
      errors.append(
        .invalid(
          "\(field).items", items, "must only have a single schema if x-kubernetes-list-type is map"
        ))
      return
    }
    if items["type"]?.string == "object" { return checkKeys(of: items) }
    errors.append(
      .invalid(
        "\(field).items.type", items["type"] ?? "",
        "must be object if parent array's x-kubernetes-list-type is map"))
  }

  private mutating func checkKeys(of items: Document) {
    let place = "\(field).x-kubernetes-list-map-keys"
    let all = Document(keys.map { Document($0) })
    for key in keys {
      guard let property = items[path: "properties", key] else {
        errors.append(.invalid(place, all, "entries must all be names of item properties"))
        continue
      }
      if let type = property["type"]?.string, ["array", "object"].contains(type) {
        errors.append(
          .invalid(
            "\(field).items.properties[\(key)].type", Document(type),
            "must be a scalar type if parent array's x-kubernetes-list-type is map"))
      }
    }
    if Set(keys).count < keys.count {
      errors.append(.invalid(place, all, "must not contain duplicate entries"))
    }
  }
}
