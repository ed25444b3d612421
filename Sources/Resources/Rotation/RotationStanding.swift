/// How far a pod is out of the rotation of its Services, by what their slices say. Pure.
package enum RotationStanding: Equatable, Sendable {
  /// No slice has it: nobody sends anything to it.
  case outside
  /// Some slice has it and does not say yet that it ends.
  case inside
  /// Every slice that has it says that it ends. Who acts on slices up to `revision` sends it nothing
  /// new, unless no other pod of the Service serves.
  case leaving(revision: UInt64)

  /// - Parameter slices: those that have the pod, and any others.
  package init(ofPod uid: String, in slices: [Document]) {
    var newest: UInt64?
    for slice in slices where Self.isOurs(slice) {
      let own = (slice["endpoints"]?.elements.map { $0 } ?? []).filter {
        $0[path: "targetRef", "uid"]?.string == uid
      }
      guard !own.isEmpty else { continue }
      guard own.allSatisfy(Self.ends) else {
        self = .inside
        return
      }
      newest = max(newest ?? 0, Self.revision(of: slice))
    }
    self = newest.map { .leaving(revision: $0) } ?? .outside
  }

  /// The pods of one node that a slice has: what an index of slices is made by.
  package static func pods(of slice: Document, on node: String) -> [String] {
    guard isOurs(slice) else { return [] }
    return slice["endpoints"]?.elements.compactMap { endpoint in
      guard endpoint["nodeName"]?.string == node else { return nil }
      return endpoint[path: "targetRef", "uid"]?.string
    } ?? []
  }

  /// Whether a slice has a pod that ends: somebody may wait for those who act on it.
  package static func hasEndingPod(_ slice: Document) -> Bool {
    isOurs(slice) && (slice["endpoints"]?.elements.contains(where: ends) ?? false)
  }

  /// Resource versions of this server are numbers that grow over all kinds.
  package static func revision(of object: Document) -> UInt64 {
    object[path: "metadata", "resourceVersion"]?.string.flatMap { UInt64($0) } ?? 0
  }

  private static func ends(_ endpoint: Document) -> Bool {
    endpoint[path: "conditions", "terminating"]?.bool == true
  }

  /// Slices that others write may never say that a pod ends.
  private static func isOurs(_ slice: Document) -> Bool {
    slice[path: "metadata", "labels", "endpointslice.kubernetes.io/managed-by"]?.string
      == "endpointslice-controller.k8s.io"
  }
}
