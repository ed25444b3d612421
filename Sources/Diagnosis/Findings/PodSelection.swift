import Resources

/// Pods that an object means by their labels, and what comes nearest where there are none.
struct PodSelection {
  private let selector: ServiceFindings.Selector
  private let namespace: String
  private let picture: ClusterPicture

  init(_ selector: ServiceFindings.Selector, in namespace: String, _ picture: ClusterPicture) {
    self.selector = selector
    self.namespace = namespace
    self.picture = picture
  }

  /// Why no pod is meant. `nil` where one is, or where those that it is meant for were scaled away or
  /// are about to be made.
  var nothing: String? {
    let templates = templates
    if templates.contains(where: { selector.matches($0.labels) }) { return nil }
    let near = templates.max { nearness($0.labels) < nearness($1.labels) }
    let hint = near.flatMap { near -> String? in
      guard nearness(near.labels) > 0 || templates.count == 1 else { return nil }
      let labels = ServiceFindings.Selector(labels: near.labels)
      return "; the pods of \(near.reference) have \(labels)"
    }
    return "no pod in \(namespace) has the labels \(selector)" + (hint ?? "")
  }

  /// How many of the selector's labels pods have, a label with another value counting half.
  private func nearness(_ labels: [String: String]) -> Int {
    selector.labels.reduce(0) { sum, label in
      guard let found = labels[label.key] else { return sum }
      return sum + (found == label.value ? 2 : 1)
    }
  }

  private var templates: [(reference: ObjectReference, labels: [String: String])] {
    let workloads = (WorkloadScale.kinds + [.jobs]).flatMap { kind in
      picture[kind].filter { ObjectKey($0).namespace == namespace && WorkloadScale.isOwn($0) }.map {
        let labels = $0[path: "spec", "template", "metadata", "labels"]
        return (
          reference: ObjectReference(kind, $0), labels: ServiceFindings.Selector(labels).labels
        )
      }
    }
    let single = picture.pods(in: namespace).filter { WorkloadScale.isOwn($0.document) }.map {
      (reference: ObjectReference(.pods, $0.document), labels: $0.metadata.labels)
    }
    return workloads + single
  }
}

extension ServiceFindings.Selector {
  fileprivate init(labels: [String: String]) { self.labels = labels }
}
