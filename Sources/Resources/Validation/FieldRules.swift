/// The rules of single fields, for those who validate objects in another layer.
package enum FieldRules {
  /// A name such as that of an object; an absent or empty one is somebody else's business.
  package static func subdomain(_ value: Document?, at path: String) -> [FieldError] {
    ReferenceRule.subdomain(value, at: path)
  }

  /// Anything that can be one piece of a path.
  package static func pathSegment(_ value: Document?, at path: String) -> [FieldError] {
    ReferenceRule.pathSegment(value, at: path)
  }

  package static func selector(_ selector: Document?, at path: String) -> [FieldError] {
    SelectorValidation.errors(selector, at: path)
  }
}
