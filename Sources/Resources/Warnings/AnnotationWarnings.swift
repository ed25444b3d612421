/// What is told of annotations that have fields in their place by now, or do nothing any more.
/// Source: upstream's wording.
enum AnnotationWarnings {
  typealias Deprecated = (name: String, problem: String)

  /// - Parameter path: where the object is, with a dot behind it; empty for one that is none's part.
  static func of(_ deprecated: [Deprecated], _ object: Document, at path: String = "") -> [String] {
    deprecated.compactMap { name, problem in
      object.annotations[name] == nil ? nil : "\(path)metadata.annotations[\(name)]: \(problem)"
    }
  }
}
