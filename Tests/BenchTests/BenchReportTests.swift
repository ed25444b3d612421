import Resources
import Testing

@testable import Bench

@Suite struct BenchReportTests {
  private let report = BenchReport(results: [
    BenchResult(
      scenario: .create, operationCount: 2000, elapsed: .milliseconds(500),
      latency: Distribution([.microseconds(120), .microseconds(950)]),
      processorTime: .milliseconds(200),
      memory: ProcessSample(residentByteCount: 60_000_000, proportionalByteCount: 55_400_000)),
    BenchResult(
      scenario: .podStart, operationCount: 1, elapsed: .milliseconds(180),
      latency: Distribution([.milliseconds(180)])),
  ])

  @Test("the table has a row per scenario, with numbers at the right")
  func table() {
    #expect(
      report.table == """
        SCENARIO           COUNT  RATE/S     P50     P99  SERVER CPU/OP      RSS      PSS
        create (requests)   2000    4000  120 us  950 us         100 us  60.0 MB  55.4 MB
        pod-start (pods)       1    5.56  180 ms  180 ms              -        -        -

        """)
  }

  @Test("the JSON has microseconds and bytes, and leaves out what was not measured")
  func json() {
    let results = report.document["results"]?.elements.map { $0 } ?? []
    #expect(results.count == 2)
    #expect(results[0]["serverProcessorMicrosecondsPerOperation"]?.double == 100)
    #expect(results[0]["proportionalBytes"]?.integer == 55_400_000)
    #expect(results[1]["p99Microseconds"]?.double == 180_000)
    #expect(results[1]["residentBytes"] == nil)
  }

  @Test(
    "numbers have three digits",
    arguments: [
      (0, "0.00"), (0.056, "0.06"), (9.994, "9.99"), (9.999, "10.00"), (12.34, "12.3"),
      (99.96, "100.0"), (100.4, "100"), (42_500, "42500"),
    ])
  func numbers(_ value: Double, _ text: String) { #expect(BenchFormat.number(value) == text) }

  @Test(
    "durations change their unit at a thousand",
    arguments: [
      (Duration.microseconds(999), "999 us"), (.microseconds(1000), "1.00 ms"),
      (.milliseconds(71), "71.0 ms"), (.milliseconds(9500), "9.50 s"),
    ])
  func durations(_ value: Duration, _ text: String) {
    #expect(BenchFormat.duration(value) == text)
  }
}
