/// What a schedule of a CronJob may look like: five fields, or one of the named ones.
/// Source: Kubernetes documentation, "CronJob", "Schedule syntax".
enum CronScheduleRule {
  private struct Field {
    let range: ClosedRange<Int>
    var names: [String] = []
  }

  private static let fields = [
    Field(range: 0...59), Field(range: 0...23), Field(range: 1...31),
    Field(
      range: 1...12,
      names: [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
      ]),
    Field(range: 0...6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
  ]
  private static let named: Set<String> = [
    "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly",
  ]

  /// What is wrong; `nil` for a schedule that can be kept.
  static func problem(of schedule: String) -> String? {
    if schedule.hasPrefix("@") {
      if named.contains(schedule) || schedule.hasPrefix("@every ") { return nil }
      return "unrecognized descriptor: \(schedule)"
    }
    let parts = schedule.split(whereSeparator: \.isWhitespace)
    guard parts.count == fields.count else {
      return "expected exactly 5 fields, found \(parts.count): [\(parts.joined(separator: " "))]"
    }
    for (part, field) in zip(parts, fields) {
      for item in part.split(separator: ",", omittingEmptySubsequences: false) {
        if let problem = problem(of: String(item), field) { return problem }
      }
    }
    return nil
  }

  /// `*`, `5`, `1-5`, each with an optional `/step`.
  private static func problem(of item: String, _ field: Field) -> String? {
    let halves = item.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count <= 2 else { return "too many slashes: \(item)" }
    if halves.count == 2 {
      guard let step = Int(halves[1]) else { return "failed to parse int from \(halves[1])" }
      if step <= 0 { return "step of range should be a positive number: \(item)" }
    }
    if halves[0] == "*" || halves[0] == "?" { return nil }
    let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count <= 2 else { return "too many hyphens: \(item)" }
    var numbers: [Int] = []
    for end in ends {
      let name = field.names.firstIndex(of: end.lowercased()).map { $0 + field.range.lowerBound }
      guard let number = name ?? Int(end) else { return "failed to parse int from \(end)" }
      numbers.append(number)
    }
    let first = numbers[0]
    let last = numbers.count == 2 ? numbers[1] : first
    if first < field.range.lowerBound {
      return "beginning of range (\(first)) below minimum (\(field.range.lowerBound)): \(item)"
    }
    if last > field.range.upperBound {
      return "end of range (\(last)) above maximum (\(field.range.upperBound)): \(item)"
    }
    return first > last
      ? "beginning of range (\(first)) beyond end of range (\(last)): \(item)" : nil
  }
}
