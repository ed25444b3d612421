import Foundations
import Resources

/// What the server adds to a status that somebody writes: what is left out where it is known, and
/// the times at which things changed.
/// Source: upstream's strategies, `PrepareForUpdate` of `status`.
enum StatusPreparation {
  // MARK: Pods

  /// Writers that do not know of the class or of generations do not take them away.
  @Sendable static func pod(_ old: Document, _ new: inout Document) {
    // Nobody deletes a pod by telling of it.
    new.set(old[path: "metadata", "deletionTimestamp"], at: ["metadata", "deletionTimestamp"])
    for member in ["qosClass", "observedGeneration"]
    where isZero(new[path: "status", member]) {
      new.set(old[path: "status", member], at: ["status", member])
    }
    var earlier = Dictionary(
      grouping: (old[path: "status", "conditions"] ?? .emptyArray).elements, by: { $0["type"] })
    new.edit("status") { status in
      status.edit("conditions") { conditions in
        conditions.editElements { condition in
          // Several of one type are told apart by their order.
          guard let before = earlier[condition["type"]]?.first else { return }
          earlier[condition["type"]]?.removeFirst()
          if isZero(condition["observedGeneration"]) {
            condition["observedGeneration"] = before["observedGeneration"]
          }
        }
      }
    }
  }

  private static func isZero(_ value: Document?) -> Bool {
    guard let value else { return true }
    return value.string?.isEmpty ?? (value.integer == 0)
  }

  // MARK: Volumes

  @Sendable static func pendingVolume(_ volume: inout Document) {
    volume["status"] = [
      "phase": "Pending", "lastPhaseTransitionTime": Document(Timestamp.now().description),
    ]
  }

  /// When the phase last changed is noted where the writer does not say it.
  @Sendable static func volume(_ old: Document, _ new: inout Document) {
    let path = ["status", "lastPhaseTransitionTime"]
    let (before, after) = (old.value(at: path), new.value(at: path))
    if old[path: "status", "phase"] == new[path: "status", "phase"] {
      if after == nil { new.set(before, at: path) }
    } else if after == nil || after == before {
      new.set(Document(Timestamp.now().description), at: path)
    }
  }
}
