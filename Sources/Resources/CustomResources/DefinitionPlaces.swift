/// Where errors tell of what the versions of a CustomResourceDefinition state.
///
/// What all versions state alike upstream takes out of them before it looks at it: its errors speak of
/// `spec.validation` then, though the definition says `spec.versions[0].schema`.
/// Source: apiextensions-apiserver `pkg/apis/apiextensions/v1/conversion.go`.
package struct DefinitionPlaces: Sendable {
  /// A member of a version that can be stated alike.
  package enum Part: String, CaseIterable, Sendable {
    case schema, subresources, additionalPrinterColumns, selectableFields

    /// Its name where all versions have it in common.
    fileprivate var commonName: String { self == .schema ? "validation" : rawValue }

    /// What a version states; `nil` for nothing.
    package func stated(in version: Document) -> Document? {
      version[rawValue].flatMap { $0.isNull || ($0.isArray && $0.isEmpty) ? nil : $0 }
    }
  }

  private let common: Set<Part>

  /// - Parameter versions: `spec.versions`. Cost is O(their size).
  package init(_ versions: [Document]) {
    common = Set(
      Part.allCases.filter { part in
        let first = versions.first.flatMap(part.stated)
        return versions.dropFirst().allSatisfy { part.stated(in: $0) == first }
      })
  }

  package func isCommon(_ part: Part) -> Bool { common.contains(part) }

  /// `spec.validation` or `spec.versions[1].schema`.
  package func field(of part: Part, in position: Int) -> String {
    common.contains(part)
      ? "spec.\(part.commonName)" : "spec.versions[\(position)].\(part.rawValue)"
  }

  /// Whether the versions before this one state the same, so that all is said of it.
  package func isSaid(of part: Part, in position: Int) -> Bool {
    position > 0 && common.contains(part)
  }
}
