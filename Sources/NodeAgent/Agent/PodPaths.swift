package import Resources

/// Where one pod's files lie on the node. Made from the UID alone, so a pod that was deleted and
/// made again never meets its predecessor's files.
package struct PodPaths: Equatable, Sendable {
  /// `DATA/pods/UID`
  package let root: String
  /// `LOG/NAMESPACE_NAME_UID`
  package let logs: String

  package init(pod: Pod, configuration: NodeAgentConfiguration) {
    let metadata = pod.metadata
    let uid = metadata.uid ?? ""
    root = "\(configuration.dataDirectory)/pods/\(uid)"
    logs =
      "\(configuration.logDirectory)/\(metadata.namespace ?? "")_\(metadata.name ?? "")_\(uid)"
  }

  package init(root: String, logs: String) {
    self.root = root
    self.logs = logs
  }

  package var volumes: String { "\(root)/volumes" }
  package var hostTable: String { "\(root)/etc-hosts" }

  package func volume(kind: String, name: String) -> String { "\(volumes)/\(kind)/\(name)" }

  /// Where a container's directory in the pod is bound, so that nothing inside the volume can lead
  /// the runtime elsewhere.
  package func subPath(volume: String, container: String, position: Int) -> String {
    "\(root)/volume-subpaths/\(volume)/\(container)/\(position)"
  }

  /// Holds what the container leaves as its last words.
  package func terminationMessage(container: String, attempt: Int) -> String {
    "\(root)/containers/\(container)/\(attempt)"
  }

  package func log(container: String, attempt: Int) -> String {
    "\(logs)/\(container)/\(attempt).log"
  }
}
