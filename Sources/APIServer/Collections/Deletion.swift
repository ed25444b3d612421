import Foundations
package import Resources

/// What a delete does to an object next. Pure.
package enum DeletionStep: Equatable, Sendable {
  /// Nothing holds it: take it out of the store.
  case remove
  /// It goes later: store it with its deletion marks.
  case mark(Document)
  /// An earlier delete already said all this.
  case alreadyMarked
}

package struct Deletion: Sendable {
  package let resource: ResourceType
  package let rules: CollectionRules
  /// Seconds since 1970.
  package let now: Int

  package init(resource: ResourceType, rules: CollectionRules, now: Int) {
    self.resource = resource
    self.rules = rules
    self.now = now
  }

  /// - Throws: 409 where `uid` or `resourceVersion` of the options are not the object's.
  package func step(_ object: Document, _ options: DeleteOptions) throws(APIError) -> DeletionStep {
    try checkPreconditions(object, options)
    var marked = object
    applyPropagation(policy(object, options), to: &marked)

    let isMarked = object[path: "metadata", "deletionTimestamp"] != nil
    let grace = gracePeriodSeconds(object, options)
    let finalizers = marked[path: "metadata", "finalizers"]
    let isHeld = finalizers?.isEmpty == false || rules.isHeld(marked)

    if isMarked {
      let previous = object[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 0
      if grace < previous {
        if grace == 0 && !isHeld { return .remove }
        mark(&marked, grace: grace, from: object)
        return .mark(marked)
      }
      if previous == 0 && !isHeld { return .remove }
      return marked == object ? .alreadyMarked : .mark(marked)
    }
    if grace == 0 && !isHeld { return .remove }
    mark(&marked, grace: grace, from: nil)
    rules.onDeletionStart(&marked)
    return .mark(marked)
  }

  /// Whether an object that was just written has nothing left to wait for.
  package func isFinished(_ object: Document) -> Bool {
    guard let metadata = object["metadata"], metadata["deletionTimestamp"] != nil else {
      return false
    }
    let grace = metadata["deletionGracePeriodSeconds"]?.integer ?? 0
    return grace == 0 && metadata["finalizers"]?.isEmpty != false && !rules.isHeld(object)
  }

  private func checkPreconditions(_ object: Document, _ options: DeleteOptions) throws(APIError) {
    let metadata = object["metadata"]
    let name = metadata?["name"]?.string ?? ""
    if let uid = options.uid, uid != metadata?["uid"]?.string {
      throw APIError.conflict(
        resource, name,
        "Precondition failed: UID in precondition: \(uid), "
          + "UID in object meta: \(metadata?["uid"]?.string ?? "")")
    }
    if let version = options.resourceVersion, version != metadata?["resourceVersion"]?.string {
      throw APIError.conflict(
        resource, name,
        "Precondition failed: ResourceVersion in precondition: \(version), "
          + "ResourceVersion in object meta: \(metadata?["resourceVersion"]?.string ?? "")")
    }
  }

  private func gracePeriodSeconds(_ object: Document, _ options: DeleteOptions) -> Int {
    guard let own = rules.gracePeriod?(object) else { return 0 }
    return max(0, options.gracePeriodSeconds ?? own)
  }

  /// What an earlier delete said of dependents stands until a later one says something else.
  private func policy(_ object: Document, _ options: DeleteOptions) -> PropagationPolicy? {
    if let said = options.propagationPolicy { return said }
    guard rules.orphansDependents else { return nil }
    let isSettled = (object[path: "metadata", "finalizers"] ?? .emptyArray).elements.contains {
      $0.string == Self.orphanFinalizer || $0.string == Self.foregroundFinalizer
    }
    return isSettled ? nil : .orphan
  }

  private func applyPropagation(_ policy: PropagationPolicy?, to object: inout Document) {
    guard let policy else { return }
    var finalizers = object[path: "metadata", "finalizers"]?.elements.compactMap(\.string) ?? []
    let before = finalizers
    finalizers.removeAll { $0 == Self.orphanFinalizer || $0 == Self.foregroundFinalizer }
    switch policy {
    case .orphan: finalizers.append(Self.orphanFinalizer)
    case .foreground: finalizers.append(Self.foregroundFinalizer)
    case .background: break
    }
    guard finalizers != before else { return }
    object.set(
      finalizers.isEmpty ? nil : Document(finalizers.map { Document($0) }),
      at: ["metadata", "finalizers"])
  }

  private static let orphanFinalizer = "orphan"
  private static let foregroundFinalizer = "foregroundDeletion"

  /// - Parameter earlier: the object as an earlier, longer delete marked it.
  private func mark(_ object: inout Document, grace: Int, from earlier: Document?) {
    var start = now
    if let earlier,
      let end = earlier[path: "metadata", "deletionTimestamp"]?.string.flatMap(Timestamp.init),
      let previous = earlier[path: "metadata", "deletionGracePeriodSeconds"]?.integer
    {
      start = Int(end.seconds) - previous
    }
    object.set(
      Document(Timestamp(seconds: Int64(start + grace)).description),
      at: ["metadata", "deletionTimestamp"])
    object.set(Document(grace), at: ["metadata", "deletionGracePeriodSeconds"])
    if earlier == nil, let generation = object[path: "metadata", "generation"]?.integer {
      object.set(Document(generation + 1), at: ["metadata", "generation"])
    }
  }
}
