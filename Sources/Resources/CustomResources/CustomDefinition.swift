/// What the server itself writes into CustomResourceDefinitions. Pure.
package enum CustomDefinition {
  /// Holds a definition until its instances are gone.
  package static let finalizer = "customresourcecleanup.apiextensions.k8s.io"

  /// Notes that objects may now be stored in the storage version; it stays noted when that changes.
  package static func noteStorageVersion(of definition: inout Document) {
    let version = definition[path: "spec", "versions"]?.elements
      .first { $0["storage"]?.bool == true }
    guard let version else { return }
    let storage = version["name"] ?? ""
    var known = definition[path: "status", "storedVersions"].map { Array($0.elements) } ?? []
    if known.contains(storage) { return }
    known.append(storage)
    definition.set(Document(known), at: ["status", "storedVersions"])
  }

  /// A definition that is being deleted stays until its instances are gone, and says so.
  /// - Parameter now: RFC 3339.
  package static func startDeletion(of definition: inout Document, now: String) {
    var finalizers = definition[path: "metadata", "finalizers"].map { Array($0.elements) } ?? []
    if !finalizers.contains(Document(finalizer)) { finalizers.append(Document(finalizer)) }
    definition.set(Document(finalizers), at: ["metadata", "finalizers"])
    var conditions = CustomConditions(definition[path: "status", "conditions"])
    conditions.set(
      "Terminating", true, "InstanceDeletionPending",
      "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", now)
    definition.set(conditions.document, at: ["status", "conditions"])
  }
}
