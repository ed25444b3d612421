/// Which of the names that a CustomResourceDefinition asks for it gets, and what its status says of it.
/// Pure: the caller writes what changed.
/// Source: Kubernetes API reference, "CustomResourceDefinitionStatus".
package struct CustomNames: Sendable {
  private let definition: Document
  private let others: [Document]

  /// - Parameter others: every other definition.
  package init(_ definition: Document, among others: [Document]) {
    self.definition = definition
    self.others = others.filter {
      $0[path: "spec", "group"] == definition[path: "spec", "group"]
        && $0[path: "metadata", "name"] != definition[path: "metadata", "name"]
    }
  }

  /// The status that the definition should have.
  /// - Parameter now: RFC 3339; when a condition changed.
  package func status(now: String) -> Document {
    var status = definition["status"] ?? .emptyObject
    let (names, conflict) = accepted()
    status["acceptedNames"] = names
    let isAccepted = conflict == nil
    var conditions = CustomConditions(status["conditions"])
    conditions.set(
      "NamesAccepted", isAccepted, conflict?.reason ?? "NoConflicts",
      conflict?.message ?? "no conflicts found", now)
    if !conditions.isTrue("Established") {
      conditions.set(
        "Established", isAccepted, isAccepted ? "InitialNamesAccepted" : "NotAccepted",
        isAccepted ? "the initial names have been accepted" : "not all names are accepted", now)
    }
    status["conditions"] = conditions.document
    status["storedVersions"] = storedVersions
    return status
  }

  /// Every version that objects may be stored in still: the storage version is added when it changes.
  private var storedVersions: Document {
    var known = definition[path: "status", "storedVersions"].map { Array($0.elements) } ?? []
    let versions = definition[path: "spec", "versions"]
    let storage = versions?.elements.first { $0["storage"]?.bool == true }?["name"]
    if let storage, !known.contains(storage) { known.append(storage) }
    return Document(known)
  }

  private struct Conflict {
    let reason: String
    let message: String
  }

  private func accepted() -> (names: Document, conflict: Conflict?) {
    let wanted = definition[path: "spec", "names"] ?? .emptyObject
    let owned = definition[path: "status", "acceptedNames"] ?? .emptyObject
    var accepted = owned
    var conflict: Conflict?
    let (resources, kinds) = taken
    let names = [
      ("plural", "PluralConflict", resources), ("singular", "SingularConflict", resources),
      ("kind", "KindConflict", kinds), ("listKind", "ListKindConflict", kinds),
    ]
    for (member, reason, taken) in names {
      let name = wanted[member]?.string ?? ""
      if name != owned[member]?.string, taken.contains(name) {
        conflict = Conflict(reason: reason, message: "\"\(name)\" is already in use")
      } else {
        accepted[member] = wanted[member]
      }
    }
    let short = wanted["shortNames"]?.elements.compactMap(\.string) ?? []
    let ownShort = Set(owned["shortNames"]?.elements.compactMap(\.string) ?? [])
    let inUse = short.filter { !ownShort.contains($0) && resources.contains($0) }
    if inUse.isEmpty {
      accepted["shortNames"] = wanted["shortNames"]
    } else {
      let words = inUse.map { "\"\($0)\" is already in use" }
      conflict = Conflict(
        reason: "ShortNamesConflict",
        message: words.count == 1 ? words[0] : "[" + words.joined(separator: ", ") + "]")
    }
    accepted["categories"] = wanted["categories"]
    return (accepted, conflict)
  }

  /// What other definitions of the group have been given.
  private var taken: (resources: Set<String>, kinds: Set<String>) {
    var resources: Set<String> = []
    var kinds: Set<String> = []
    for other in others {
      guard let names = other[path: "status", "acceptedNames"] else { continue }
      for member in ["plural", "singular"] {
        if let name = names[member]?.string { resources.insert(name) }
      }
      resources.formUnion(names["shortNames"]?.elements.compactMap(\.string) ?? [])
      for member in ["kind", "listKind"] {
        if let name = names[member]?.string { kinds.insert(name) }
      }
    }
    return (resources, kinds)
  }
}

/// The conditions of a CustomResourceDefinition's status.
package struct CustomConditions: Sendable {
  private var conditions: [Document]

  package init(_ document: Document?) { conditions = document.map { Array($0.elements) } ?? [] }

  package var document: Document { Document(conditions) }

  package func isTrue(_ type: String) -> Bool {
    conditions.contains { $0["type"]?.string == type && $0["status"]?.string == "True" }
  }

  /// - Parameter now: kept from before where the status stays the same.
  package mutating func set(
    _ type: String, _ isTrue: Bool, _ reason: String, _ message: String, _ now: String
  ) {
    let place = conditions.firstIndex { $0["type"]?.string == type }
    let former = place.map { conditions[$0] }
    let status = Document(isTrue ? "True" : "False")
    let condition: Document = [
      "type": Document(type), "status": status,
      "lastTransitionTime": former?["status"] == status
        ? former?["lastTransitionTime"] ?? Document(now) : Document(now),
      "reason": Document(reason), "message": Document(message),
    ]
    if let place { conditions[place] = condition } else { conditions.append(condition) }
  }
}
