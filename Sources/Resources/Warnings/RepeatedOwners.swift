/// Owner references that stand several times: kept once, and told of.
/// Source: Kubernetes API conventions; kube-apiserver's wording.
package enum RepeatedOwners {
  /// - Returns: the UIDs of those that were taken out, in their order. Empty for nearly every object, at
  ///   the cost of one look.
  package static func remove(from object: inout Document) -> [String] {
    let references = object[path: "metadata", "ownerReferences"]?.elements.map { $0 } ?? []
    guard references.count > 1 else { return [] }
    var kept: [String: [Document]] = [:]
    var single: [Document] = []
    var repeated: [String] = []
    for reference in references {
      let uid = reference["uid"]?.string ?? ""
      if kept[uid]?.contains(reference) == true {
        repeated.append(uid)
      } else {
        kept[uid, default: []].append(reference)
        single.append(reference)
      }
    }
    if !repeated.isEmpty { object.set(Document(single), at: ["metadata", "ownerReferences"]) }
    return repeated
  }

  /// - Parameter isOfAdmission: whether the client itself did not send them so.
  package static func warning(of uids: [String], isOfAdmission: Bool) -> String {
    ".metadata.ownerReferences contains duplicate entries"
      + (isOfAdmission ? " after mutating admission happens" : "")
      + "; API server dedups owner references in 1.20+, and may reject such requests as early as "
      + "1.24; please fix your requests; duplicate UID(s) observed: "
      + uids.joined(separator: ", ")
  }
}
