package import Resources

/// Pods that a file on the node asks for. Pure.
/// Source: Kubernetes documentation, "Create static Pods".
package enum StaticPod {
  static let source = "kubernetes.io/config.source"
  static let hash = "kubernetes.io/config.hash"
  static let mirror = "kubernetes.io/config.mirror"
  static let seen = "kubernetes.io/config.seen"

  /// It comes from a file. The API holds at most its mirror.
  package static func isStatic(_ pod: Pod) -> Bool {
    pod.metadata.annotations[source] == "file"
      && pod.metadata.annotations[mirror] == nil
  }

  /// The API's picture of a static pod: nobody's to run.
  package static func isMirror(_ pod: Pod) -> Bool {
    pod.metadata.annotations[mirror] != nil
  }
}
