/// The completion indexes of an Indexed Job, in the notation of its status: `0,2-4`.
/// Source: Kubernetes API reference, batch/v1 JobStatus, `completedIndexes`.
package struct CompletionIndexes: Equatable, Sendable {
  package private(set) var indexes: Set<Int>

  package init(_ indexes: Set<Int> = []) { self.indexes = indexes }

  /// Reads the notation; what cannot be read, or is not below `limit`, is left out.
  /// - Parameter limit: the Job's completions: it bounds what a range may expand to.
  package init(parsing text: String, below limit: Int) {
    indexes = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first >= 0, first <= last else {
        continue
      }
      indexes.formUnion((first..<max(first, min(last, limit - 1) + 1)))
    }
  }

  package mutating func insert(_ index: Int) { indexes.insert(index) }
  package func contains(_ index: Int) -> Bool { indexes.contains(index) }
  package var count: Int { indexes.count }

  /// Neighbours are joined; two of them too: `0,1` reads `0,1`, three read `0-2`.
  package var text: String {
    var parts: [String] = []
    var run: ClosedRange<Int>?
    func close() {
      guard let run else { return }
      switch run.count {
      case 1: parts.append("\(run.lowerBound)")
      case 2: parts.append("\(run.lowerBound),\(run.upperBound)")
      default: parts.append("\(run.lowerBound)-\(run.upperBound)")
      }
    }
    for index in indexes.sorted() {
      if let open = run, open.upperBound + 1 == index {
        run = open.lowerBound...index
      } else {
        close()
        run = index...index
      }
    }
    close()
    return parts.joined(separator: ",")
  }
}
