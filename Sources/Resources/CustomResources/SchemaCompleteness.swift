/// Whether what the root of a schema demands of places inside `allOf` and the like, it demands of
/// places that it knows outside of them. Upstream looks at the demands of the root only.
/// Source: Kubernetes documentation, "Specifying a structural schema"; apiextensions-apiserver
/// `pkg/apiserver/schema`.
enum SchemaCompleteness {
  static func errors(_ schema: Document, at field: String) -> [FieldError] {
    combinations(of: schema, Place(known: schema, field: field, source: field))
  }

  /// A place that a demand leads to.
  private struct Place {
    /// What is known of it outside of the demand.
    let known: Document
    let field: String
    /// Where the demand is made.
    let source: String
  }

  private static func combinations(of demand: Document, _ place: Place) -> [FieldError] {
    demand.innerSchemas.flatMap { step, inner -> [FieldError] in
      switch step {
      case .combined, .not:
        let place = Place(
          known: place.known, field: place.field, source: place.source + step.text)
        return combinations(of: inner, place) + parts(of: inner, place)
      default: return []
      }
    }
  }

  private static func parts(of demand: Document, _ place: Place) -> [FieldError] {
    demand.innerSchemas.flatMap { step, inner -> [FieldError] in
      let (field, source) = (place.field + step.text, place.source + step.text)
      let known: Document?
      switch step {
      case .property(let name): known = place.known[path: "properties", name]
      case .items: known = place.known["items"]
      default: return []
      }
      guard let known else { return [.required(field, "because it is defined in \(source)")] }
      let part = Place(known: known, field: field, source: source)
      return combinations(of: inner, part) + parts(of: inner, part)
    }
  }
}
