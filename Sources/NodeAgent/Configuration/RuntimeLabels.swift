/// The marks by which sandboxes and containers are found again after a restart. The names are those
/// of Kubernetes, so that tools such as crictl know them too.
package enum RuntimeLabels {
  package static let podName = "io.kubernetes.pod.name"
  package static let podNamespace = "io.kubernetes.pod.namespace"
  package static let podUID = "io.kubernetes.pod.uid"
  package static let containerName = "io.kubernetes.container.name"

  // Annotations.
  package static let containerHash = "io.kubernetes.container.hash"
  package static let restartCount = "io.kubernetes.container.restartCount"
  package static let terminationMessagePath = "io.kubernetes.container.terminationMessagePath"
  package static let terminationMessagePolicy = "io.kubernetes.container.terminationMessagePolicy"
  package static let podGracePeriod = "io.kubernetes.pod.terminationGracePeriod"
  package static let configSource = "kubernetes.io/config.source"
}
