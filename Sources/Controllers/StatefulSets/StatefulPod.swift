import Foundations
import Resources

/// A stateful pod as the StatefulSet's decisions see it.
struct StatefulPod: Sendable {
  let key: ObjectKey
  let uid: String
  let ordinal: Int
  let hasEnded: Bool
  /// Whether the API has given it a phase: only such ones are counted.
  let isCreated: Bool
  let isTerminating: Bool
  let isReady: Bool
  /// Ready for as long as the set asks, and not on its way out.
  let isAvailable: Bool
  /// The name of the ControllerRevision it is of.
  let revision: String
  /// Whether it carries the labels by which Services find it.
  let hasIdentity: Bool

  static let nameLabel = "statefulset.kubernetes.io/pod-name"
  static let indexLabel = "apps.kubernetes.io/pod-index"
  static let revisionLabel = "controller-revision-hash"

  /// - Returns: `nil` for a pod whose name is none that the set gives.
  init?(_ pod: Pod, set: String, minReadySeconds: Int, now: Timestamp) {
    guard let ordinal = Self.ordinal(of: pod.metadata.name ?? "", set: set) else { return nil }
    self.ordinal = ordinal
    key = pod.metadata.key
    uid = pod.metadata.uid ?? ""
    hasEnded = pod.isFinished
    isCreated = !(pod.status.phase ?? "").isEmpty
    isTerminating = pod.metadata.isTerminating
    isReady = pod.status.phase == "Running" && pod.isReady
    isAvailable =
      isReady && !isTerminating && pod.isAvailable(after: minReadySeconds, now: now)
    revision = pod.metadata.labels[Self.revisionLabel] ?? ""
    hasIdentity = pod.metadata.labels[Self.nameLabel] == pod.metadata.name
  }

  /// `3` of `web-3` where the set is `web`.
  static func ordinal(of name: String, set: String) -> Int? {
    guard name.hasPrefix("\(set)-") else { return nil }
    let digits = name.utf8.dropFirst(set.utf8.count + 1)
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  /// The pod that a set wants at one ordinal, of one of its templates.
  /// Source: Kubernetes documentation, "StatefulSet", "Pod Identity".
  static func document(
    of set: StatefulSet, template: PodTemplateSpec, owner: OwnerIdentity, ordinal: Int,
    revision: String
  ) -> Document {
    let name = "\(owner.key.name)-\(ordinal)"
    var pod = PodControl.pod(
      from: template, owner: owner, name: name,
      labels: [
        nameLabel: name, indexLabel: String(ordinal), revisionLabel: revision,
      ])
    pod.set(Document(name), at: ["spec", "hostname"])
    if let service = set.spec.serviceName, !service.isEmpty {
      pod.set(Document(service), at: ["spec", "subdomain"])
    }
    let claims = set.spec.volumeClaimTemplates
    guard !claims.isEmpty else { return pod }
    let names = Set(claims.compactMap(\.metadata.name))
    let others = pod[path: "spec", "volumes"]?.elements.filter {
      !names.contains($0["name"]?.string ?? "")
    }
    let own: [Document] = claims.map { claim in
      [
        "name": Document(claim.metadata.name ?? ""),
        "persistentVolumeClaim": [
          "claimName": Document(
            StatefulClaims.name(of: claim, set: owner.key.name, ordinal: ordinal))
        ],
      ]
    }
    pod.set(Document(own + (others ?? [])), at: ["spec", "volumes"])
    return pod
  }
}
