import Resources

/// The two templates between which a StatefulSet moves; the same one while nothing is updated.
struct StatefulRollout: Sendable {
  struct Revision: Sendable {
    let name: String
    let template: PodTemplateSpec
  }

  let set: StatefulSet
  let current: Revision
  let update: Revision

  /// - Parameter ledger: holds the set's template as its current one.
  init(set: StatefulSet, ledger: RevisionLedger) {
    self.set = set
    update = Revision(
      name: ledger.current?.metadata.name ?? "", template: set.spec.template)
    let before = ledger.revisions.first { $0.metadata.name == set.status.currentRevision }
    guard let before, before.metadata.name != update.name,
      var template = before.data?[path: "spec", "template"]
    else {
      current = update
      return
    }
    template["$patch"] = nil
    current = Revision(name: before.metadata.name ?? "", template: PodTemplateSpec(template))
  }
}
