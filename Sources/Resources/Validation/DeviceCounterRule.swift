import Foundations

/// The rules of sets of counters: those that devices share, and what a device takes of them.
/// Source: Kubernetes documentation, "Dynamic Resource Allocation", "Partitionable devices";
/// upstream's messages.
enum DeviceCounterRule {
  private static let countersMax = 32

  /// - Parameter member: what names the set.
  static func errors(_ set: Document, named member: String, at path: String) -> [FieldError] {
    let name = set[member]
    let missing = name?.string?.isEmpty ?? true
    return
      (missing
      ? [.required("\(path).\(member)")]
      : DeviceNameRule.label(name, at: "\(path).\(member)"))
      + counterErrors(set["counters"] ?? .emptyObject, at: "\(path).counters")
  }

  private static func counterErrors(_ counters: Document, at path: String) -> [FieldError] {
    switch counters.count {
    case 0: [.required(path)]
    case 1...countersMax:
      counters.members.flatMap { DeviceNameRule.label(Document($0.name), at: path) }
    case let count: [.tooMany(path, count: count, max: countersMax)]
    }
  }
}
