package import Foundations
package import Resources

/// What monitoring is told of the controllers' queues, under the names of upstream's work queues. Pure.
/// Source: Kubernetes documentation, "Kubernetes Metrics Reference", `workqueue_*`.
package enum WorkQueueMetrics {
  package typealias Counts = KeyedQueue<ObjectKey>.Counts

  /// - Parameter queues: by the controller's name, each once.
  package static func write(_ queues: [(name: String, counts: Counts)], to text: inout MetricsText)
  {
    func family(
      _ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: KeyPath<Counts, Int>
    ) {
      text.begin(name, kind, "[ALPHA] \(help)")
      for queue in queues { text.sample(name, ["name": queue.name], queue.counts[keyPath: value]) }
    }
    family("workqueue_depth", .gauge, "Keys that wait to be worked on.", \.waiting)
    family("workqueue_adds_total", .counter, "Keys that were added.", \.added)
    family("workqueue_retries_total", .counter, "Keys that came again after a failure.", \.retried)
  }
}
