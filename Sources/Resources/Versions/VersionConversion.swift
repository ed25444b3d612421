/// How an object of one version of a kind reads in the stored version, and back. Pure and total: what
/// goes there and back again is the same. `apiVersion` and `kind` are not its concern.
package struct VersionConversion: Sendable {
  package let toStored: @Sendable (Document) -> Document
  package let fromStored: @Sendable (Document) -> Document

  package init(
    toStored: @escaping @Sendable (Document) -> Document,
    fromStored: @escaping @Sendable (Document) -> Document
  ) {
    self.toStored = toStored
    self.fromStored = fromStored
  }

  /// The versions have the same members.
  package static let sameMembers = VersionConversion(toStored: { $0 }, fromStored: { $0 })

  /// The versions name some members of the object differently.
  /// - Parameter names: the stored version's name first.
  init(renaming names: [(stored: String, shown: String)]) {
    let shown = Dictionary(uniqueKeysWithValues: names.map { ($0.stored, $0.shown) })
    let stored = Dictionary(uniqueKeysWithValues: names.map { ($0.shown, $0.stored) })
    self.init(
      toStored: { Self.renamed($0, stored) }, fromStored: { Self.renamed($0, shown) })
  }

  private static func renamed(_ object: Document, _ names: [String: String]) -> Document {
    var result = Document.emptyObject
    for (name, value) in object.members { result[names[name] ?? name] = value }
    return result
  }
}

extension VersionConversion {
  /// Events as `events.k8s.io` shows them; they are stored as those of the core group.
  /// Source: Kubernetes API reference, "Event".
  static let event = VersionConversion(renaming: [
    ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
  ])
}
