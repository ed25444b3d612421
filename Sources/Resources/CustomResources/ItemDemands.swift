/// What lists that are merged demand of their items, so that one item can be told from another. A
/// definition that broke a demand before it was made may go on to.
/// Source: apiextensions-apiserver `pkg/apis/apiextensions/validation`.
struct ItemDemands {
  /// A set's items are taken as a whole.
  private var wantsWholeItems = true
  /// A keyed list's items have their keys, and no item is null.
  private var wantsKeys = true

  /// - Parameter old: the definition that is replaced.
  init(replacing old: Document?) {
    let schemas = old?[path: "spec", "versions"]?.elements.compactMap {
      $0[path: "schema", "openAPIV3Schema"]
    }
    for schema in schemas ?? [] {
      if Self.isBroken(in: schema, Self.wholeItemErrors) { wantsWholeItems = false }
      if Self.isBroken(in: schema, Self.keyErrors) { wantsKeys = false }
    }
  }

  private static func isBroken(
    in schema: Document, _ demand: (_ schema: Document, _ field: String) -> [FieldError]
  ) -> Bool {
    !demand(schema, "").isEmpty
      || schema.innerSchemas.contains { isBroken(in: $0.schema, demand) }
  }

  func errors(_ schema: Document, at field: String) -> [FieldError] {
    (wantsWholeItems ? Self.wholeItemErrors(schema, at: field) : [])
      + (wantsKeys ? Self.keyErrors(schema, at: field) : [])
  }

  private static func wholeItemErrors(_ schema: Document, at field: String) -> [FieldError] {
    guard schema["type"]?.string == "array", schema["x-kubernetes-list-type"]?.string == "set",
      let items = schema["items"], let type = items["type"]?.string,
      let keyword = ["array": "x-kubernetes-list-type", "object": "x-kubernetes-map-type"][type]
    else { return [] }
    let kind = items[keyword]?.string
    // Unless they say otherwise, lists are atomic and maps are not.
    if kind == "atomic" || (kind == nil && type == "array") { return [] }
    return [
      .invalid(
        "\(field).items.\(keyword)", items[keyword],
        "must be atomic as item of a list with x-kubernetes-list-type=set")
    ]
  }

  private static func keyErrors(_ schema: Document, at field: String) -> [FieldError] {
    guard let kind = schema["x-kubernetes-list-type"]?.string, ["set", "map"].contains(kind),
      let items = schema["items"], items.isObject
    else { return [] }
    var errors: [FieldError] = []
    if items["nullable"]?.bool == true {
      errors.append(
        .forbidden(
          "\(field).items.nullable", "cannot be nullable when x-kubernetes-list-type is \(kind)"))
    }
    guard kind == "map" else { return errors }
    let required = Set(items["required"]?.elements.compactMap(\.string) ?? [])
    for key in schema["x-kubernetes-list-map-keys"]?.elements.compactMap(\.string) ?? [] {
      guard let property = items[path: "properties", key] else { continue }
      errors += keyErrors(
        property, isRequired: required.contains(key), at: "\(field).items.properties[\(key)]")
    }
    return errors
  }

  private static func keyErrors(_ property: Document, isRequired: Bool, at field: String)
    -> [FieldError]
  {
    let reason = "this property is in x-kubernetes-list-map-keys, so it"
    var errors: [FieldError] = []
    if !isRequired && property["default"] == nil {
      errors.append(
        .required("\(field).default", "\(reason) must have a default or be a required property"))
    }
    if property["nullable"]?.bool == true {
      errors.append(.forbidden("\(field).nullable", "\(reason) cannot be nullable"))
    }
    return errors
  }
}
