/// One write as it reads in each version of its kind: made when the first entry of that version asks.
struct ComparisonViews {
  private let main: FieldComparison
  private let old: Document?
  private let new: Document
  private let writer: FieldWriter
  private let versions: VersionedKind?
  private var made: [String: FieldComparison] = [:]

  /// - Parameter main: the comparison of `old` and `new`, which are of the writer's version.
  init(
    _ main: FieldComparison, _ old: Document?, _ new: Document, _ writer: FieldWriter,
    _ versions: VersionedKind?
  ) {
    self.main = main
    self.old = old
    self.new = new
    self.writer = writer
    self.versions = versions
  }

  /// Entries of a version that is not served (any more) are taken to be of the writer's.
  mutating func comparison(in apiVersion: String) -> FieldComparison {
    guard let versions, apiVersion != writer.apiVersion,
      let version = versions.version(apiVersion)
    else { return main }
    if let known = made[apiVersion] { return known }
    let comparison = FieldComparison(
      from: old.map { versions.converted($0, to: apiVersion) },
      to: versions.converted(new, to: apiVersion), type: version.type)
    made[apiVersion] = comparison
    return comparison
  }
}
