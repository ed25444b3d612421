import Resources

/// What webhooks and policies see in place of an object, where a request speaks of it as another kind: `Scale`.
/// Another version of its own kind is seen the same way.
struct AdmissionView: Sendable {
  let subresource: String?
  let kind: GroupVersionKind
  /// Whether this is another version of the object's own kind.
  var isVersion = false
  let shown: @Sendable (_ object: Document) -> Document
  /// The object with what was changed of the view.
  let merged: @Sendable (_ object: Document, _ view: Document) -> Document
}

extension AdmissionWrite {
  /// The write and its object as webhooks and policies see them.
  func seen(_ object: Document?) -> (object: Document?, write: AdmissionWrite) {
    guard let view else { return (object, self) }
    var write = self
    write.view = nil
    write.subresource = view.subresource
    write.old = old.map(view.shown)
    if view.isVersion {
      write.resource = ResourceType(
        group: view.kind.group, version: view.kind.version, plural: resource.plural,
        kind: view.kind.kind, isNamespaced: resource.isNamespaced)
    } else {
      write.kind = view.kind
    }
    return (object.map(view.shown), write)
  }
}
