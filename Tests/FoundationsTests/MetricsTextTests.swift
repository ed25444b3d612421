import Foundations
import Testing

@Suite("Numbers for monitoring")
struct MetricsTextTests {
  @Test("a duration counts under its bound and all greater ones; a bound is part of its own")
  func histogram() {
    let histogram = DurationHistogram()
    for milliseconds in [5, 6, 60_000, 60_001] { histogram.add(.milliseconds(milliseconds)) }
    let counts = histogram.cumulative
    #expect(counts.count == DurationHistogram.requestBounds.count + 1)
    #expect(counts[0] == 1 && counts[1] == 2)
    #expect(counts[counts.count - 2] == 3 && counts.last == 4)
    #expect(abs(histogram.sum - 120.012) < 0.000_001)
  }

  @Test("labels are escaped, and a histogram ends with everything")
  func text() {
    var text = MetricsText()
    text.begin("a_total", .counter, "All.")
    text.sample("a_total", ["l": "x\"y\\z\n"], 3)
    let histogram = DurationHistogram()
    histogram.add(.seconds(100))
    text.samples("h", [:], of: histogram)
    #expect(
      text.text.hasPrefix(
        "# HELP a_total All.\n# TYPE a_total counter\na_total{l=\"x\\\"y\\\\z\\n\"} 3\n"))
    #expect(text.text.hasSuffix("h_bucket{le=\"+Inf\"} 1\nh_sum 100.0\nh_count 1\n"))
  }
}
