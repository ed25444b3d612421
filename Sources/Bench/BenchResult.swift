package import Resources

/// What one scenario showed.
package struct BenchResult: Equatable, Sendable {
  package var scenario: BenchScenario
  /// How many of what `scenario.unit` names were done in `elapsed`.
  package var operationCount: Int
  package var elapsed: Duration
  package var latency: Distribution
  /// Of the server's processes, during `elapsed`; `nil` where none were named.
  package var processorTime: Duration?
  /// At the scenario's end.
  package var memory: ProcessSample?

  package init(
    scenario: BenchScenario, operationCount: Int, elapsed: Duration, latency: Distribution,
    processorTime: Duration? = nil, memory: ProcessSample? = nil
  ) {
    self.scenario = scenario
    self.operationCount = operationCount
    self.elapsed = elapsed
    self.latency = latency
    self.processorTime = processorTime
    self.memory = memory
  }

  package var ratePerSecond: Double {
    elapsed > .zero ? Double(operationCount) / (elapsed / .seconds(1)) : 0
  }

  package var processorTimePerOperation: Duration? {
    guard operationCount > 0 else { return nil }
    return processorTime.map { $0 / operationCount }
  }
}

/// What a run of scenarios showed, for people and for programs.
package struct BenchReport: Equatable, Sendable {
  package var results: [BenchResult]

  package init(results: [BenchResult]) { self.results = results }

  /// Durations in microseconds, sizes in bytes.
  package var document: Document {
    Document([("results", Document(results.map(Self.document)))])
  }

  private static func document(_ result: BenchResult) -> Document {
    var fields: [(String, Document)] = [
      ("scenario", Document(result.scenario.rawValue)),
      ("unit", Document(result.scenario.unit)),
      ("operations", Document(result.operationCount)),
      ("elapsedMicroseconds", Document(result.elapsed.wholeMicroseconds)),
      ("ratePerSecond", Document(result.ratePerSecond)),
    ]
    func add(_ name: String, _ duration: Duration?) {
      guard let duration else { return }
      fields.append((name, Document(duration / .microseconds(1))))
    }
    add("p50Microseconds", result.latency.percentile(50))
    add("p99Microseconds", result.latency.percentile(99))
    add("serverProcessorMicrosecondsPerOperation", result.processorTimePerOperation)
    if let memory = result.memory {
      fields.append(("residentBytes", Document(memory.residentByteCount)))
      fields.append(("proportionalBytes", Document(memory.proportionalByteCount)))
    }
    return Document(fields)
  }

  /// One row per scenario under a heading; numbers stand at the right of their columns.
  package var table: String {
    let heading = ["SCENARIO", "COUNT", "RATE/S", "P50", "P99", "SERVER CPU/OP", "RSS", "PSS"]
    let rows = [heading] + results.map(Self.cells)
    let widths = heading.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 ? cell + padding : "  " + padding + cell
      }
      return line + "\n"
    }.joined()
  }

  private static func cells(_ result: BenchResult) -> [String] {
    let memory = result.memory
    return [
      "\(result.scenario.rawValue) (\(result.scenario.unit))", String(result.operationCount),
      BenchFormat.number(result.ratePerSecond),
      result.latency.percentile(50).map(BenchFormat.duration) ?? "-",
      result.latency.percentile(99).map(BenchFormat.duration) ?? "-",
      result.processorTimePerOperation.map(BenchFormat.duration) ?? "-",
      memory.map { BenchFormat.megabytes($0.residentByteCount) } ?? "-",
      memory.map { BenchFormat.megabytes($0.proportionalByteCount) } ?? "-",
    ]
  }
}
