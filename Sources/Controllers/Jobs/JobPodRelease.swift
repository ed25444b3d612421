import Foundations
import Resources

/// Takes the finalizer off a pod that has been counted, or that nobody will count.
struct JobPodRelease: Sendable {
  let client: any ClusterClient
  let pods: Informer
  /// Who is named as the field's manager.
  let manager: String

  /// Returns once the informer knows. A pod that is gone, or let go already, is none of our business.
  func callAsFunction(_ key: ObjectKey) async throws {
    guard let pod = pods[key].map({ Pod($0) }),
      pod.metadata.finalizers.contains(JobPod.finalizer)
    else { return }
    let kept = pod.metadata.finalizers.filter { $0 != JobPod.finalizer }
    let patch: Document = [
      "metadata": [
        "uid": Document(pod.metadata.uid ?? ""),
        "resourceVersion": Document(pod.metadata.resourceVersion ?? ""),
        "finalizers": kept.isEmpty ? .null : Document(kept.map { Document($0) }),
      ]
    ]
    do {
      _ = try await client.patch(
        .pods, namespace: key.namespace, name: key.name, subresource: nil, Patch(.merge, patch),
        options: WriteOptions(fieldManager: manager))
    } catch let error as APIError where error.reason == .notFound {
      return
    }
    await pods.waitUntil(key) {
      $0.map { !Pod($0).metadata.finalizers.contains(JobPod.finalizer) } ?? true
    }
  }
}
