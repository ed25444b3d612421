/// Why text is no YAML, or no YAML that JSON can say.
package struct YAMLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// From 1.
  package let line: Int
  package let problem: String

  package init(line: Int, problem: String) {
    self.line = line
    self.problem = problem
  }

  package var description: String { "yaml: line \(line): \(problem)" }
}
