/// What is wrong with an expression, at a place of it.
package struct SourceIssue: Equatable, Sendable {
  package let message: String
  /// In Unicode scalars.
  package let offset: Int

  init(_ message: String, at offset: Int) {
    self.message = message
    self.offset = offset
  }
}

/// An expression that does not compile.
package struct CompileError: Error, Equatable, Sendable, CustomStringConvertible {
  package let issues: [SourceIssue]
  package let source: String
  /// Said where there are no issues at places.
  private let summary: String

  init(issues: [SourceIssue], source: String, summary: String = "") {
    self.issues = issues
    self.source = source
    self.summary = summary
  }

  /// Each issue with the line it stands in and a mark below it, as cel-go shows it.
  package var description: String {
    if issues.isEmpty { return summary }
    return issues.sorted { $0.offset < $1.offset }.map { issue in
      let scalars = Array(source.unicodeScalars)
      let offset = min(issue.offset, scalars.count)
      let lineStart = scalars[..<offset].lastIndex(of: "\n").map { $0 + 1 } ?? 0
      let lineEnd = scalars[offset...].firstIndex(of: "\n") ?? scalars.count
      let line = scalars[..<lineStart].count { $0 == "\n" } + 1
      let column = offset - lineStart
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[lineStart..<lineEnd])
      return "ERROR: <input>:\(line):\(column + 1): \(issue.message)\n | \(String(text))\n | "
        + String(repeating: ".", count: column) + "^"
    }.joined(separator: "\n")
  }
}
