extension StatusReport {
  /// How a report is shown.
  package struct Look: Equatable, Sendable {
    package var isColored: Bool
    /// Characters in a line; `nil` never breaks one.
    package var width: Int?

    package init(isColored: Bool = false, width: Int? = nil) {
      self.isColored = isColored
      self.width = width
    }
  }

  /// Workloads beyond this are counted only: those that lack pods stand first.
  private static let workloadsMax = 40

  /// For people: what there is, then what is wrong.
  package func text(_ look: Look = Look()) -> String {
    let paint = Paint(isOn: look.isColored)
    var lines = ["\(paint.bold("CLUSTER"))  \(server)  \(version)  \(takenAt)", ""]
    lines += nodeLines(paint) + [""] + workloadLines(paint) + [""]
    lines += findingLines(.problem, "PROBLEMS", look, paint)
    lines += findingLines(.warning, "WARNINGS", look, paint)
    if !unread.isEmpty {
      lines += [paint.bold("NOT READ")] + unread.map { "  \($0)" } + [""]
    }
    if findings.isEmpty { lines += [paint.green("Nothing is wrong."), ""] }
    return lines.dropLast().joined(separator: "\n") + "\n"
  }

  private func nodeLines(_ paint: Paint) -> [String] {
    let ready = nodes.filter(\.isReady).count
    return ["\(paint.bold("NODES"))  \(ready) of \(nodes.count) ready"]
      + Self.table(
        ["NAME", "STATE", "VERSION", "PODS", "CPU REQUESTED", "MEMORY REQUESTED"],
        nodes.map { [$0.name, $0.state, $0.version, $0.pods, $0.cpu, $0.memory] }
      ) { row, line in nodes[row].isReady ? line : paint.red(line) }
  }

  private func workloadLines(_ paint: Paint) -> [String] {
    let complete = workloads.filter(\.scale.isComplete).count
    let shown = workloads.prefix(Self.workloadsMax)
    var lines = [
      "\(paint.bold("WORKLOADS"))  \(complete) of \(workloads.count) ready; pods: \(pods.ready) ready, "
        + "\(pods.notReady) not ready, \(pods.pending) pending, \(pods.finished) finished"
    ]
    lines += Self.table(
      ["NAMESPACE", "KIND", "NAME", "READY", "STATE"],
      shown.map {
        [
          $0.reference.namespace, $0.reference.kind, $0.reference.name,
          "\($0.scale.ready)/\($0.scale.desired)", $0.state,
        ]
      }
    ) { row, line in shown[row].scale.isComplete ? line : paint.red(line) }
    if workloads.count > shown.count {
      lines.append("  and \(workloads.count - shown.count) more")
    }
    return lines
  }

  private func findingLines(
    _ severity: Finding.Severity, _ title: String, _ look: Look, _ paint: Paint
  ) -> [String] {
    let shown = findings.filter { $0.severity == severity }
    guard !shown.isEmpty else { return [] }
    return ["\(paint.bold(title))  \(shown.count)"]
      + shown.flatMap { finding -> [String] in
        let head = Self.wrapped("\(finding.subject): \(finding.problem)", "  ", look.width)
        return head.map { severity == .problem ? paint.red($0) : paint.yellow($0) }
          + Self.wrapped(finding.reason, "    why     ", look.width)
          + Self.wrapped(finding.remedy, "    fix     ", look.width)
      } + [""]
  }

  /// Rows below their titles; nothing where there is no row.
  private static func table(
    _ titles: [String], _ rows: [[String]], paint: (_ row: Int, _ line: String) -> String
  ) -> [String] {
    guard !rows.isEmpty else { return [] }
    let widths = titles.indices.map { column in
      ([titles] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      let text = "  " + padded.joined(separator: "   ")
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    return [line(titles)] + rows.enumerated().map { paint($0.offset, line($0.element)) }
  }

  /// Breaks a text between words; further lines stand below the first one's text.
  static func wrapped(_ text: String, _ head: String, _ width: Int?) -> [String] {
    let single = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    guard let width, width > head.count + 20 else { return [head + single] }
    var lines: [String] = []
    var line = head
    var isEmpty = true
    for word in single.split(separator: " ") {
      if !isEmpty && line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: head.count)
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return lines + [line]
  }
}

/// Colours, by ECMA-48's sequences. Nothing where they are off.
private struct Paint {
  let isOn: Bool

  func bold(_ text: String) -> String { painted(text, "1") }
  func red(_ text: String) -> String { painted(text, "31") }
  func yellow(_ text: String) -> String { painted(text, "33") }
  func green(_ text: String) -> String { painted(text, "32") }

  private func painted(_ text: String, _ code: String) -> String {
    isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}
