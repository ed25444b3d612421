import Foundations
import Resources

/// Agents' summaries as objects of the resource metrics API. Pure.
/// Source: Kubernetes documentation, "Resource metrics pipeline", "Metrics API".
enum UsageMetrics {
  /// - Returns: `nil` where the summary does not say it.
  static func node(_ node: Document, _ summary: Document) -> Document? {
    guard let own = summary["node"], let usage = usage(own) else { return nil }
    return object(.nodeUsage, of: node, usage.reading, ["usage": usage.amounts])
  }

  static func pod(_ pod: Document, _ summary: Document) -> Document? {
    let uid = pod[path: "metadata", "uid"]
    let entry = summary["pods"]?.elements.first { $0[path: "podRef", "uid"] == uid }
    let containers = (entry?["containers"]?.elements.map { $0 } ?? []).compactMap { container in
      usage(container).map { (name: container["name"] ?? "", usage: $0) }
    }
    guard let oldest = containers.map(\.usage.reading).min(by: { $0.time < $1.time }) else {
      return nil
    }
    let list = containers.map { ["name": $0.name, "usage": $0.usage.amounts] as Document }
    return object(.podUsage, of: pod, oldest, ["containers": Document(list)])
  }

  private struct Reading {
    var time: Timestamp
    /// Nanoseconds.
    var window: Int
  }

  private static func usage(_ entry: Document) -> (amounts: Document, reading: Reading)? {
    guard let rate = entry[path: "cpu", "usageNanoCores"]?.integer,
      let memory = entry[path: "memory", "workingSetBytes"]?.integer,
      let time = entry[path: "cpu", "time"]?.string.flatMap({ Timestamp($0) })
    else { return nil }
    return (
      ["cpu": Document("\(rate)n"), "memory": Document("\(memory / 1024)Ki")],
      Reading(time: time, window: entry[path: "cpu", "windowNanoSeconds"]?.integer ?? 0)
    )
  }

  private static func object(
    _ type: ResourceType, of object: Document, _ reading: Reading, _ parts: Document
  ) -> Document {
    var metadata: Document = ["name": object[path: "metadata", "name"] ?? ""]
    for field in ["namespace", "labels"] {
      if let value = object["metadata"]?[field] { metadata[field] = value }
    }
    metadata["creationTimestamp"] = Document(Timestamp.now().description)
    var result: Document = [
      "kind": Document(type.kind), "apiVersion": Document(type.apiVersion), "metadata": metadata,
      "timestamp": reading.time.asDocument, "window": Document(seconds(reading.window)),
    ]
    for (name, value) in parts.members { result[name] = value }
    return result
  }

  /// As Go spells a duration: `15.002s`.
  private static func seconds(_ nanoseconds: Int) -> String {
    let milliseconds = nanoseconds / 1_000_000
    let rest = String(1000 + milliseconds % 1000).dropFirst()
    return "\(milliseconds / 1000).\(rest)s"
  }
}
