package import Resources

/// Where an ingress tells how far it acts on EndpointSlices, so that a pod that ends can be told so
/// once no new request goes to it.
package struct EndpointDoor: Sendable {
  /// A change of a slice has been taken in.
  package var saw: @Sendable (Informer.Change) -> Void
  /// Called before the ingress looks at what it has taken in. What it returns is called once all of
  /// that is in force on every event loop.
  package var mark: @Sendable () -> @Sendable () -> Void

  package init(
    saw: @escaping @Sendable (Informer.Change) -> Void,
    mark: @escaping @Sendable () -> @Sendable () -> Void
  ) {
    self.saw = saw
    self.mark = mark
  }

  /// Leads to what tells the cluster.
  package init(_ acknowledger: RotationAcknowledger) {
    self.init(saw: acknowledger.saw) {
      let mark = acknowledger.mark
      return { acknowledger.acts(on: mark) }
    }
  }
}
