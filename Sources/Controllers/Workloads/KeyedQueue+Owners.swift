import Foundations
import Resources

extension KeyedQueue where Key == ObjectKey {
  /// Adds the owners that a change of a dependent concerns: its controller where that is of `kind`,
  /// or, since an orphan may belong to any that selects it, all that do. A dependent that changes
  /// hands concerns both sides.
  /// Cost is O(1) for those with a controller, O(owners of the namespace) for orphans.
  /// - Parameters:
  ///   - owners: indexed by namespace.
  ///   - selector: an owner's; `nil` selects nothing.
  func addOwners(
    ofKind kind: ResourceType, concernedBy change: Informer.Change, among owners: Informer,
    selector: (Document) -> LabelSelector?
  ) {
    for object in change.states {
      let metadata = ObjectMeta(object["metadata"] ?? .emptyObject)
      let namespace = metadata.namespace ?? ""
      if let controller = metadata.controllerReference {
        if controller.kind == kind.kind {
          add(ObjectKey(namespace: namespace, name: controller.name))
        }
        continue
      }
      for owner in owners.objects(Informer.byNamespace, namespace)
      where selector(owner)?.matches(metadata.labels) == true { add(ObjectKey(owner)) }
    }
  }
}
