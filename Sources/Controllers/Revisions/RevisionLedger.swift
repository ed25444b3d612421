import Resources

/// The templates that a DaemonSet or StatefulSet has had, and which of them is the one it has now.
/// Pure.
/// Source: Kubernetes documentation, "ControllerRevision"; `kubectl rollout undo` patches a kept
/// template back into its owner, so its data is a strategic merge patch.
struct RevisionLedger {
  /// What the store needs before the current template has a revision with the highest number.
  enum Step: Equatable {
    case none
    /// The current template was kept before: it becomes the newest again.
    case renumber(name: String, to: Int)
    case create(number: Int)
  }

  /// Oldest first.
  let revisions: [ControllerRevision]
  let step: Step
  /// The revision of the current template, where it has one.
  let current: ControllerRevision?
  private let equals: [ControllerRevision]

  /// - Parameters:
  ///   - revisions: all that the owner owns.
  ///   - data: of the current template.
  init(_ revisions: [ControllerRevision], data: Document) {
    let sorted = revisions.sorted(by: Self.isOlder)
    self.revisions = sorted
    equals = sorted.filter { $0.data == data }
    current = equals.last
    let newest = sorted.last?.revision ?? 0
    if let current {
      step =
        current.revision == newest
        ? .none : .renumber(name: current.metadata.name ?? "", to: newest + 1)
    } else {
      step = .create(number: newest + 1)
    }
  }

  private static func isOlder(_ left: ControllerRevision, _ right: ControllerRevision) -> Bool {
    if left.revision != right.revision { return left.revision < right.revision }
    let times = (left.metadata.creationTimestamp, right.metadata.creationTimestamp)
    if let first = times.0, let second = times.1, first != second { return first < second }
    return left.metadata.name ?? "" < right.metadata.name ?? ""
  }

  /// What `read` says of every revision that holds the current template: pods of any are up to date.
  func currentValues(_ read: (ControllerRevision) -> String?) -> Set<String> {
    Set(equals.compactMap(read))
  }

  /// The oldest revisions beyond what is to be kept.
  /// - Parameters:
  ///   - limit: how many to keep besides those in use.
  ///   - isInUse: whether some pod, or a rollout, still is of a revision.
  func removable(keeping limit: Int, isInUse: (ControllerRevision) -> Bool) -> [ControllerRevision]
  {
    let idle = revisions.filter {
      !isInUse($0) && $0.metadata.name != current?.metadata.name && !$0.metadata.isTerminating
    }
    return Array(idle.prefix(max(0, idle.count - max(0, limit))))
  }

  /// What a revision keeps of a template: a patch that puts it back whole.
  ///
  /// Members are in order of their names, which is how clients compare revisions byte by byte.
  static func data(of template: PodTemplateSpec) -> Document {
    var kept = template.document
    kept["$patch"] = "replace"
    return ["spec": ["template": TemplateHash.canonical(kept)]]
  }
}
