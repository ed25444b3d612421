import Foundations
package import Resources

/// The notes that a Deployment and its replica sets carry.
package enum DeploymentAnnotations {
  package static let revision = "deployment.kubernetes.io/revision"
  static let revisionHistory = "deployment.kubernetes.io/revision-history"
  static let desiredReplicas = "deployment.kubernetes.io/desired-replicas"
  static let maxReplicas = "deployment.kubernetes.io/max-replicas"
  /// The label that tells the pods of one template from those of another.
  package static let templateHash = "pod-template-hash"

  /// Notes of the Deployment that its replica sets do not take over.
  static let own: Set<String> = [
    "kubectl.kubernetes.io/last-applied-configuration", revision, revisionHistory, desiredReplicas,
    maxReplicas, "deprecated.deployment.rollback.to",
  ]

  static func revision(of metadata: ObjectMeta) -> Int {
    metadata.annotations[revision].flatMap { Int($0) } ?? 0
  }

  /// A replica set's notes once it is, or is again, the newest.
  static func annotations(
    of set: ObjectMeta, takingFrom deployment: ObjectMeta, revision newest: Int
  ) -> [String: String] {
    var notes = set.annotations
    for (name, value) in deployment.annotations where !own.contains(name) { notes[name] = value }
    let old = set.annotations[revision]
    if let old, let number = Int(old), number < newest {
      // A rollback: the number it had before is remembered.
      let history = notes[revisionHistory].map { "\($0),\(old)" } ?? old
      notes[revisionHistory] = history
    }
    if (old.flatMap { Int($0) } ?? 0) < newest { notes[revision] = String(newest) }
    return notes
  }
}

/// A name for a pod template, the same for the same content.
package enum TemplateHash {
  /// FNV-1a over the template's canonical JSON, in the alphabet of generated names.
  package static func hash(of template: Document, collisions: Int) -> String {
    var hash: UInt32 = 0x811c_9dc5
    func add(_ bytes: some Sequence<UInt8>) {
      for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    }
    add(canonical(template).json)
    if collisions > 0 { add(String(collisions).utf8) }
    return GeneratedName.encode(hash)
  }

  /// Members in order of name, so that their order does not count.
  static func canonical(_ value: Document) -> Document {
    if value.isObject {
      let members = value.members.map { ($0.name, canonical($0.value)) }
      return Document(members.sorted { $0.0 < $1.0 })
    }
    return value.isArray ? Document(value.elements.map { canonical($0) }) : value
  }

  /// Whether two templates describe the same pods: the hash label does not count.
  static func isSame(_ left: PodTemplateSpec, _ right: PodTemplateSpec) -> Bool {
    var left = left.document
    var right = right.document
    let path = ["metadata", "labels", DeploymentAnnotations.templateHash]
    left.set(nil, at: path)
    right.set(nil, at: path)
    for name in ["labels", "creationTimestamp"] {
      for side in 0..<2 {
        let value = side == 0 ? left[path: "metadata", name] : right[path: "metadata", name]
        guard let value, value.isNull || value.isObject && value.isEmpty else { continue }
        if side == 0 {
          left.set(nil, at: ["metadata", name])
        } else {
          right.set(nil, at: ["metadata", name])
        }
      }
    }
    let emptyMetadata: (Document) -> Document = { document in
      var document = document
      if document["metadata"]?.isEmpty == true { document["metadata"] = nil }
      return document
    }
    return emptyMetadata(left) == emptyMetadata(right)
  }
}
