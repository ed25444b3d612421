/// What a CustomResourceDefinition notes of the versions that its objects may be stored in: the storage
/// version is among them, and each of them is still a version.
/// Source: Kubernetes documentation, "Versions in CustomResourceDefinitions", "Upgrade existing objects
/// to a new stored version".
enum StoredVersionRule {
  private static let field = "status.storedVersions"

  static func errors(_ definition: Document) -> [FieldError] {
    let stored = definition[path: "status", "storedVersions"]?.elements.compactMap(\.string) ?? []
    if stored.isEmpty {
      return [.invalid(field, nil, "must have at least one stored version")]
    }
    var lost = stored.enumerated().map { $0 }
    var errors: [FieldError] = []
    for version in definition[path: "spec", "versions"]?.elements.map({ $0 }) ?? [] {
      let name = version["name"]?.string ?? ""
      if let position = lost.lastIndex(where: { $0.element == name }) {
        lost.remove(at: position)
      } else if version["storage"]?.bool == true {
        errors.append(
          .invalid(
            field, Document(stored.map { Document($0) }), "must have the storage version \(name)"))
      }
    }
    return errors + lost.map { goneError($0.element, at: $0.offset) }
  }

  private static func goneError(_ version: String, at position: Int) -> FieldError {
    .invalid(
      "\(field)[\(position)]", Document(version),
      "missing from spec.versions; \(version) was previously a storage version, and must remain "
        + "in spec.versions until a storage migration ensures no data remains persisted in "
        + "\(version) and removes \(version) from status.storedVersions")
  }
}
