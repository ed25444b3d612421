import Foundations
import Resources

/// What a namespace that is being emptied says about what is left. Pure.
/// Source: Kubernetes documentation, "Namespaces"; the condition types of core/v1 `NamespaceStatus`.
struct NamespaceDeletionConditions {
  private let remains: NamespaceRemains

  init(_ remains: NamespaceRemains) { self.remains = remains }

  /// - Parameter told: what the namespace says now: a condition that still holds keeps the time
  ///   since when it does.
  func documents(after told: [Document], now: Timestamp) -> [Document] {
    all.map { condition in
      var condition = condition
      let before = told.first { $0["type"] == condition["type"] }
      let isSame = before?["status"] == condition["status"]
      condition["lastTransitionTime"] =
        (isSame ? before?["lastTransitionTime"] : nil) ?? Document(now.description)
      return condition
    }
  }

  private var all: [Document] {
    [
      discovery,
      condition(
        "NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions",
        "All legacy kube types successfully parsed"),
      deletion, content, finalization,
    ]
  }

  private var discovery: Document {
    let failures = remains.undiscovered
    return failures.isEmpty
      ? condition(
        "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered",
        "All resources successfully discovered")
      : condition(
        "NamespaceDeletionDiscoveryFailure", true, "DiscoveryFailed",
        "Discovery failed for some groups, \(failures.count) failing: unable to retrieve the "
          + "complete list of server APIs: \(failures.joined(separator: ", "))")
  }

  private var deletion: Document {
    let failures = remains.failures
    return failures.isEmpty
      ? condition(
        "NamespaceDeletionContentFailure", false, "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization")
      : condition(
        "NamespaceDeletionContentFailure", true, "ContentDeletionFailed",
        "Failed to delete all resource types, \(failures.count) remaining: "
          + failures.joined(separator: ", "))
  }

  private var content: Document {
    let kinds = remains.kinds.map { "\($0.resource) has \($0.objects.count) resource instances" }
    return kinds.isEmpty
      ? condition(
        "NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed")
      : condition(
        "NamespaceContentRemaining", true, "SomeResourcesRemain",
        "Some resources are remaining: \(kinds.joined(separator: ", "))")
  }

  private var finalization: Document {
    var counts: [String: Int] = [:]
    for object in remains.kinds.flatMap(\.objects) {
      for name in (object[path: "metadata", "finalizers"] ?? .emptyArray).elements {
        counts[name.string ?? "", default: 0] += 1
      }
    }
    let list = counts.sorted { $0.key < $1.key }.map {
      "\($0.key) in \($0.value) resource instances"
    }
    return list.isEmpty
      ? condition(
        "NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers",
        "All content-preserving finalizers finished")
      : condition(
        "NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
        "Some content in the namespace has finalizers remaining: \(list.joined(separator: ", "))")
  }

  private func condition(_ type: String, _ holds: Bool, _ reason: String, _ message: String)
    -> Document
  {
    [
      "type": Document(type), "status": holds ? "True" : "False", "reason": Document(reason),
      "message": Document(message),
    ]
  }
}
