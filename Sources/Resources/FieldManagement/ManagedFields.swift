/// Who owns which fields of an object: its `metadata.managedFields`.
/// Source: Kubernetes documentation, "Server-Side Apply", "Field management".
package struct ManagedFields: Sendable {
  package var entries: [Entry] = []

  package struct Entry: Sendable {
    package var manager: String
    package var operation: Operation
    package var apiVersion: String
    /// RFC 3339; empty where nobody said.
    package var time: String
    /// Empty for writes to the object itself.
    package var subresource: String
    package var fields: FieldSet

    package enum Operation: String, Sendable {
      case apply = "Apply"
      case update = "Update"
    }

    /// Writes this entry into an empty object, in place.
    fileprivate func write(to object: inout Document) {
      object.setMember("manager", Document(manager))
      object.setMember("operation", Document(operation.rawValue))
      object.setMember("apiVersion", Document(apiVersion))
      if !time.isEmpty { object.setMember("time", Document(time)) }
      object.setMember("fieldsType", "FieldsV1")
      fields.writeFieldsV1(to: &object)
      if !subresource.isEmpty { object.setMember("subresource", Document(subresource)) }
    }

    /// Whether another write of the same kind goes into this entry. An applier keeps its entry over
    /// versions.
    func isOf(_ writer: FieldWriter, _ operation: Operation) -> Bool {
      self.operation == operation && manager == writer.manager
        && subresource == writer.subresource
        && (operation == .apply || apiVersion == writer.apiVersion)
    }
  }

  package init() {}

  /// - Returns: `nil` where an entry is none that this server could have written.
  package init?(_ document: Document?) {
    for value in document.map({ Array($0.elements) }) ?? [] {
      guard let operation = value["operation"]?.string.flatMap(Entry.Operation.init),
        value["fieldsType"]?.string == "FieldsV1"
      else { return nil }
      entries.append(
        Entry(
          manager: value["manager"]?.string ?? "", operation: operation,
          apiVersion: value["apiVersion"]?.string ?? "", time: value["time"]?.string ?? "",
          subresource: value["subresource"]?.string ?? "",
          fields: FieldSet(fieldsV1: value["fieldsV1"] ?? .emptyObject)))
    }
  }

  /// A single empty entry: how a client asks for all ownership to be forgotten.
  package static func isReset(_ document: Document?) -> Bool {
    guard let document, document.count == 1 else { return false }
    return document[0].isEmpty
  }

  /// The list as objects hold it; `nil` where nobody owns anything.
  package var document: Document? {
    guard !entries.isEmpty else { return nil }
    var list = Document.emptyArray
    for (place, entry) in entries.sorted(by: Self.precedes).enumerated() {
      list.append(.emptyObject)
      entry.write(to: &list[place])
    }
    return list
  }

  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    if left.operation != right.operation { return left.operation == .apply }
    if left.time != right.time { return left.time < right.time }
    if left.manager != right.manager { return left.manager < right.manager }
    if left.apiVersion != right.apiVersion { return left.apiVersion < right.apiVersion }
    return left.subresource < right.subresource
  }

  /// What all managers own together.
  var union: FieldSet { entries.reduce(FieldSet()) { $0.union($1.fields) } }

  // MARK: Bounds

  /// Entries of updaters beyond this many are folded into one. Source: upstream's field manager.
  static let updatersMax = 10
  private static let foldedManager = "ancient-changes"

  /// Folds the oldest updaters of a version into one entry, until `updatersMax` are left.
  mutating func capUpdaters() {
    var excess = entries.count { $0.operation == .update } - Self.updatersMax
    guard excess > 0 else { return }
    entries.sort(by: Self.precedes)
    var folded: [String: Int] = [:]
    var place = 0
    while place < entries.count && excess > 0 {
      let entry = entries[place]
      guard entry.operation == .update else {
        place += 1
        continue
      }
      if let target = folded[entry.apiVersion] {
        entries[target].fields = entries[target].fields.union(entry.fields)
        entries[target].time = max(entries[target].time, entry.time)
        entries.remove(at: place)
        excess -= 1
      } else {
        entries[place].manager = Self.foldedManager
        entries[place].subresource = ""
        folded[entry.apiVersion] = place
        place += 1
      }
    }
  }
}
