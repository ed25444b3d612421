/// One step from a schema to a schema that stands in it.
enum SchemaStep: Hashable {
  case property(String)
  case additionalProperties
  case items
  /// `items` may be a list, which is refused, but looked into.
  case item(Int)
  case not
  /// Of `allOf`, `anyOf` or `oneOf`.
  case combined(String, Int)
  case definition(String)
  case dependency(String)

  /// As field errors write it, with the dot in front.
  var text: String {
    switch self {
    case .property(let name): ".properties[\(name)]"
    case .additionalProperties: ".additionalProperties"
    case .items: ".items"
    case .item(let position): ".items[\(position)]"
    case .not: ".not"
    case .combined(let keyword, let position): ".\(keyword)[\(position)]"
    case .definition(let name): ".definitions[\(name)]"
    case .dependency(let name): ".dependencies[\(name)]"
    }
  }

  static let combinations = ["allOf", "anyOf", "oneOf"]
}

extension Document {
  /// The schemas that stand in this one, as far as it may say what they are.
  var innerSchemas: [(step: SchemaStep, schema: Document)] {
    var found = named("properties", SchemaStep.property)
    for (step, keyword) in [
      (SchemaStep.additionalProperties, "additionalProperties"), (.items, "items"), (.not, "not"),
    ] {
      if let schema = self[keyword], schema.isObject { found.append((step, schema)) }
    }
    found += listed("items", SchemaStep.item)
    for keyword in SchemaStep.combinations {
      found += listed(keyword) { .combined(keyword, $0) }
    }
    // A dependency may also be a list of names.
    return found + named("definitions", SchemaStep.definition)
      + named("dependencies", SchemaStep.dependency)
  }

  private func named(_ keyword: String, _ step: (String) -> SchemaStep)
    -> [(step: SchemaStep, schema: Document)]
  {
    (self[keyword] ?? .null).members.filter(\.value.isObject).map { (step($0.name), $0.value) }
  }

  private func listed(_ keyword: String, _ step: (Int) -> SchemaStep)
    -> [(step: SchemaStep, schema: Document)]
  {
    (self[keyword] ?? .null).elements.enumerated().map { (step($0.offset), $0.element) }
  }
}
