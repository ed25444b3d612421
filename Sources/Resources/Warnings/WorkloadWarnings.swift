/// What is told of what makes pods: by its template, and by the names that its pods get.
/// An update is told of where it asks for something else than before.
/// Source: upstream's wording. Of a ReplicationController's update upstream tells what is wrong with the
/// template that it replaces; here it is the new one, as everywhere else.
enum WorkloadWarnings {
  /// ReplicationController, Deployment and ReplicaSet.
  static let ofNamedForPods: ObjectWarnings.Rule = { workload, old in
    if old == nil { return ofPodNames(workload) + ofTemplate(workload) }
    return changes(workload, old) ? ofTemplate(workload) : []
  }

  static let ofDaemonSet: ObjectWarnings.Rule = { set, old in
    set[path: "spec", "template"] == old?[path: "spec", "template"] ? [] : ofTemplate(set)
  }

  static let ofPodTemplate: ObjectWarnings.Rule = { object, old in
    guard let template = object["template"], template != old?["template"] else { return [] }
    return PodWarnings.all(of: template, at: "template.")
  }

  static let ofStatefulSet: ObjectWarnings.Rule = { set, old in
    let spec = set["spec"] ?? .emptyObject
    var warnings = changes(set, old) ? ofTemplate(set) : []
    for (place, claim) in spec.placed("volumeClaimTemplates", at: "spec.") {
      // So upstream names the place.
      let path = old == nil ? place : "\(place).Spec"
      warnings += VolumeWarnings.ofClaimSpec(claim["spec"], at: path)
    }
    if let limit = spec["revisionHistoryLimit"]?.integer, limit < 0 {
      warnings.append(
        "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 "
          + "is recommended")
    }
    return warnings
  }

  /// Whether a write wants something else than before.
  static func changes(_ new: Document, _ old: Document?) -> Bool {
    guard let old else { return true }
    return new[path: "metadata", "generation"] != old[path: "metadata", "generation"]
  }

  static func ofPodNames(_ workload: Document) -> [String] {
    PodWarnings.ofName(
      workload[path: "metadata", "name"]?.string ?? "", "Pod names and hostnames")
  }

  private static func ofTemplate(_ workload: Document) -> [String] {
    guard let template = workload[path: "spec", "template"] else { return [] }
    return PodWarnings.all(of: template, at: "spec.template.")
  }
}
