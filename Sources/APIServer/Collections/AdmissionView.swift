import Resources

/// What webhooks see in place of an object, where a request speaks of it as another kind: `Scale`.
/// Another version of its own kind is seen the same way.
struct AdmissionView: Sendable {
  let subresource: String?
  let kind: GroupVersionKind
  let shown: @Sendable (_ object: Document) -> Document
  /// The object with what was changed of the view.
  let merged: @Sendable (_ object: Document, _ view: Document) -> Document
}
