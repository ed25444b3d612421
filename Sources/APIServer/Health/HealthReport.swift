/// What a round of checks found, and how kube-apiserver words it.
struct HealthReport: Equatable {
  struct Result: Equatable {
    enum Outcome: Equatable { case good, bad, excluded }

    let name: String
    let outcome: Outcome
  }

  let results: [Result]
  /// What the client excluded and is no check.
  var unknownExclusions: [String] = []

  var isGood: Bool { results.allSatisfy { $0.outcome != .bad } }

  /// `ok` alone where all is well and nobody asked for more.
  func text(_ page: HealthPage, isVerbose: Bool) -> String {
    guard isVerbose || !isGood else { return "ok" }
    var lines = results.map { result in
      switch result.outcome {
      case .good: "[+]\(result.name) ok"
      case .bad: "[-]\(result.name) failed: reason withheld"
      case .excluded: "[+]\(result.name) excluded: ok"
      }
    }
    if !unknownExclusions.isEmpty {
      let names = unknownExclusions.map { "\"\($0)\"" }.joined(separator: ",")
      lines.append("warn: some health checks cannot be excluded: no matches for \(names)")
    }
    lines.append("\(page.rawValue) check \(isGood ? "passed" : "failed")")
    return lines.joined(separator: "\n") + "\n"
  }
}
