/// Numbers as Prometheus reads them. A name's samples are written one after the other, below what
/// says what they are.
/// Source: Prometheus documentation, "Exposition formats", text format 0.0.4.
package struct MetricsText {
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  package enum Kind: String {
    case counter, gauge, histogram
  }

  package private(set) var text = ""

  package init() {}

  package mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  package mutating func sample(
    _ name: String, _ labels: KeyValuePairs<String, String>, _ value: some Numeric
  ) { sample(name, labels.map { ($0.key, $0.value) }, value) }

  /// - Parameters:
  ///   - labels: names and values, each name once.
  ///   - time: of the reading, where it is not the present.
  package mutating func sample(
    _ name: String, _ labels: [(String, String)], _ value: some Numeric, at time: Timestamp? = nil
  ) {
    let moment = time.map { " \($0.seconds * 1000 + Int64($0.nanoseconds) / 1_000_000)" } ?? ""
    text += "\(name)\(Self.spelled(labels, more: "")) \(value)\(moment)\n"
  }

  /// The samples of a histogram.
  package mutating func samples(
    _ name: String, _ labels: KeyValuePairs<String, String>, of histogram: DurationHistogram
  ) { samples(name, labels.map { ($0.key, $0.value) }, of: histogram) }

  package mutating func samples(
    _ name: String, _ labels: [(String, String)], of histogram: DurationHistogram
  ) {
    let counts = histogram.cumulative
    for (bound, count) in zip(histogram.bounds.map { "\($0)" } + ["+Inf"], counts) {
      text += "\(name)_bucket\(Self.spelled(labels, more: "le=\"\(bound)\"")) \(count)\n"
    }
    text += "\(name)_sum\(Self.spelled(labels, more: "")) \(histogram.sum)\n"
    text += "\(name)_count\(Self.spelled(labels, more: "")) \(counts.last ?? 0)\n"
  }

  private static func spelled(_ labels: [(String, String)], more: String) -> String {
    var parts = labels.map { name, value in "\(name)=\"\(escaped(value))\"" }
    if !more.isEmpty { parts.append(more) }
    return parts.isEmpty ? "" : "{\(parts.joined(separator: ","))}"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
