/// A regular expression in RE2's syntax, matched in time linear in the text: no expression and no
/// text can make it run long. Cost of a match is O(`instructionCount` * scalars), whatever they are.
///
/// Not there, as in RE2: backreferences and look-around. Not there, other than in RE2: scripts
/// (`\p{Greek}`) and the text of groups.
/// Source: the syntax page of RE2, as Go's `regexp/syntax` documents it.
package struct RegularExpression: Sendable {
  let program: [RegexInstruction]

  /// - Throws: what is wrong with the pattern, or that it needs more than 10,000 instructions.
  package init(_ pattern: String) throws(RegularExpressionError) {
    var parser = RegexParser(pattern)
    let tree = try parser.parse()
    var compiler = RegexCompiler()
    try compiler.compile(tree)
    program = compiler.finished
  }

  /// How much work one scalar of text can make.
  package var instructionCount: Int { program.count }

  /// Whether any part of the text matches.
  package func matches(_ text: String) -> Bool {
    RegexMachine(program).run(over: text.unicodeScalars.map(\.value), from: 0, stopsEarly: true)
      != nil
  }

  /// The leftmost match at or behind a position; of several that start there, the one that the
  /// expression prefers (first alternative, greedy repetitions long).
  /// - Parameters:
  ///   - text: Unicode scalars.
  ///   - start: 0...`text.count`; what stands before it still counts for `^` and `\b`.
  package func firstMatch(in text: [UInt32], from start: Int = 0) -> Range<Int>? {
    RegexMachine(program).run(over: text, from: start, stopsEarly: false)
  }
}

/// Worded as Go words it, since messages quote it.
package struct RegularExpressionError: Error, Equatable, Sendable, CustomStringConvertible {
  let problem: String
  let part: String

  package var description: String {
    "error parsing regexp: \(problem)" + (part.isEmpty ? "" : ": `\(part)`")
  }
}
