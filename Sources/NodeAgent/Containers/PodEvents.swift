package import Resources

/// Tells what happens to one pod, as Events about it.
package struct PodEvents: Sendable {
  private let sink: any EventSink
  private let key: ObjectKey
  private let uid: String

  package init(_ pod: Pod, sink: any EventSink) {
    self.sink = sink
    key = pod.metadata.key
    uid = pod.metadata.uid ?? ""
  }

  /// - Parameter container: whom it is about; `nil` for the whole pod.
  package func tell(
    _ kind: ObjectEventNote.Kind, _ reason: String, _ message: String,
    about container: PodContainer? = nil
  ) {
    sink.record(
      ObjectEventNote(
        about: .pods, key, uid: uid, kind: kind, reason: reason, message: message,
        fieldPath: container?.fieldPath ?? ""))
  }
}
