import Crypto
package import Foundations
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

  /// The UID of the static pod that a mirror shows.
  package static func original(of mirror: Pod) -> String? {
    mirror.metadata.annotations[Self.mirror]
  }

  /// A manifest that no pod can be made of.
  package struct Problem: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  /// The pod that a manifest asks for: its name ends with the node's, and another manifest makes
  /// another pod.
  /// - Parameters:
  ///   - file: where it stands: the same manifest in two files is two pods.
  ///   - seenAt: when it was read first.
  package static func make(
    of manifest: Document, file: String, nodeName: String, seenAt: Timestamp
  ) throws(Problem) -> Pod {
    guard manifest["kind"]?.string == "Pod", manifest["apiVersion"]?.string == "v1" else {
      throw Problem(
        description: "it holds a \(manifest["kind"]?.string ?? "document without kind") of "
          + "\(manifest["apiVersion"]?.string ?? "no apiVersion"); it must hold a Pod of v1")
    }
    var document = manifest
    document["status"] = nil
    Defaulting.rule(for: GroupVersionKind(group: "", version: "v1", kind: "Pod"))(&document)
    var pod = Pod(document)
    guard let name = pod.metadata.name, !name.isEmpty else {
      throw Problem(description: "metadata.name is missing: a static pod needs one")
    }
    guard !pod.spec.containers.isEmpty else {
      throw Problem(description: "spec.containers is empty: a pod needs a container")
    }
    let uid = identity(of: manifest, file, nodeName)
    pod.metadata.name = "\(name)-\(nodeName)"
    pod.metadata.namespace = pod.metadata.namespace ?? "default"
    pod.metadata.uid = uid
    pod.metadata.annotations[source] = "file"
    pod.metadata.annotations[hash] = uid
    pod.metadata.annotations[seen] = seenAt.description
    pod.spec.nodeName = nodeName
    // Nothing that befalls the node takes it away.
    let everything = Toleration(["operator": "Exists", "effect": "NoExecute"])
    pod.spec.tolerations.append(everything)
    let errors = ObjectValidation.errors(
      in: pod.document, replacing: nil,
      kind: GroupVersionKind(group: "", version: "v1", kind: "Pod"), type: nil)
    guard errors.isEmpty else {
      throw Problem(description: errors.map(\.description).joined(separator: "; "))
    }
    return pod
  }

  private static func identity(of manifest: Document, _ file: String, _ nodeName: String) -> String
  {
    var digest = SHA256()
    digest.update(data: manifest.json)
    digest.update(data: Array("\n\(file)\n\(nodeName)".utf8))
    return digest.finalize().prefix(16).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// What the API is shown of a static pod.
  /// - Parameter nodeUID: the mirror goes with its node.
  package static func mirror(of pod: Pod, nodeUID: String) -> Pod {
    var mirror = pod
    mirror.document["apiVersion"] = "v1"
    mirror.document["kind"] = "Pod"
    mirror.document["status"] = nil
    mirror.metadata.annotations[Self.mirror] = pod.metadata.uid ?? ""
    mirror.metadata.uid = nil
    mirror.document.set(
      [
        [
          "apiVersion": "v1", "kind": "Node", "name": Document(pod.spec.nodeName ?? ""),
          "uid": Document(nodeUID), "controller": true,
        ]
      ], at: ["metadata", "ownerReferences"])
    return mirror
  }

  /// What has to happen to the mirrors.
  package enum MirrorStep: Equatable, Sendable {
    case create(Pod)
    /// At once: nothing runs behind it.
    case delete(Pod)
  }

  /// - Parameters:
  ///   - wanted: the static pods.
  ///   - mirrors: as the API has them for this node.
  package static func mirrorSteps(wanted: [Pod], mirrors: [Pod]) -> [MirrorStep] {
    var steps: [MirrorStep] = []
    for mirror in mirrors.sorted(by: { $0.metadata.key < $1.metadata.key }) {
      let shown = wanted.first { $0.metadata.key == mirror.metadata.key }
      if shown?.metadata.uid != original(of: mirror) || mirror.metadata.isTerminating {
        steps.append(.delete(mirror))
      }
    }
    for pod in wanted.sorted(by: { $0.metadata.key < $1.metadata.key })
    where !mirrors.contains(where: { $0.metadata.key == pod.metadata.key }) {
      steps.append(.create(pod))
    }
    return steps
  }
}
