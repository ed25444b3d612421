package import Foundations
import Resources
import Store
import Synchronization

/// What monitoring is told of the API server (`/metrics`), under the names that dashboards know.
/// Everything is counted where it happens, and only put into words here.
/// Source: Kubernetes documentation, "Kubernetes Metrics Reference".
package final class ServerMetrics: Sendable {
  /// Writes the numbers of another part of the process.
  package typealias Part = @Sendable (inout MetricsText) -> Void

  private let registry: APIRegistry
  private let inFlight: RequestsInFlight
  private let admission: AdmissionTally
  private let webhooks: WebhookTally?
  private let parts = Mutex<[Part]>([])

  init(
    registry: APIRegistry, inFlight: RequestsInFlight, admission: AdmissionTally,
    webhooks: WebhookTally?
  ) {
    self.registry = registry
    self.inFlight = inFlight
    self.admission = admission
    self.webhooks = webhooks
  }

  /// Those who run more than this server add what is to be told of it.
  package func add(_ part: @escaping Part) { parts.withLock { $0.append(part) } }

  /// Cost is O(series): those of requests that were asked at least once, and two for each kind.
  func text() -> String {
    var text = MetricsText()
    let all = registry.all.sorted {
      ($0.type.group, $0.type.plural, $0.type.version)
        < ($1.type.group, $1.type.plural, $1.type.version)
    }
    RequestSeries.write(RequestSeries.all(of: all), to: &text)
    waiting(&text)
    let stores = Self.stores(of: all)
    watches(of: stores, &text)
    objects(in: stores, &text)
    writes(to: stores, &text)
    admission.write(to: &text)
    webhooks?.write(to: &text)
    for part in parts.withLock({ $0 }) { part(&text) }
    ProcessMetrics.write(to: &text)
    return text.text
  }

  /// The collections that hold objects, each once: several versions are views of one of them.
  private static func stores(of served: [ServedResource]) -> [Collection] {
    var seen: Set<ObjectIdentifier> = []
    return served.compactMap { $0.collection.map { $0.view?.storage ?? $0 } }
      .filter { seen.insert(ObjectIdentifier($0)).inserted }
  }

  private func waiting(_ text: inout MetricsText) {
    let counts = inFlight.counts
    let name = "apiserver_current_inflight_requests"
    text.begin(name, .gauge, "[STABLE] Number of requests that wait for their answer, by kind.")
    text.sample(name, ["request_kind": "mutating"], counts.mutating)
    text.sample(name, ["request_kind": "readOnly"], counts.reading)
  }

  private func watches(of stores: [Collection], _ text: inout MetricsText) {
    let name = "apiserver_longrunning_requests"
    text.begin(
      name, .gauge,
      "[STABLE] Watches that are open, those of the server's own components among them.")
    for collection in stores where collection.cache.watcherCount > 0 {
      let resource = collection.resource
      text.sample(
        name,
        [
          "component": "apiserver", "group": resource.group, "resource": resource.plural,
          "scope": resource.isNamespaced ? "namespace" : "cluster", "subresource": "",
          "verb": "WATCH", "version": resource.version,
        ], collection.cache.watcherCount)
    }
  }

  private func objects(in stores: [Collection], _ text: inout MetricsText) {
    let counts = stores.map { ($0.resource, $0.cache.read().count) }
    text.begin(
      "apiserver_storage_objects", .gauge, "[STABLE] Number of stored objects, by kind.")
    for (resource, count) in counts {
      text.sample("apiserver_storage_objects", ["resource": resource.description], count)
    }
    text.begin("apiserver_resource_objects", .gauge, "[ALPHA] Number of stored objects, by kind.")
    for (resource, count) in counts {
      text.sample(
        "apiserver_resource_objects", ["group": resource.group, "resource": resource.plural], count)
    }
  }

  private func writes(to stores: [Collection], _ text: inout MetricsText) {
    let name = "etcd_request_duration_seconds"
    text.begin(
      name, .histogram,
      "[ALPHA] How long the store, which need not be etcd, took for a write, by the kind of object."
    )
    for collection in stores where !collection.writes.isEmpty {
      text.samples(
        name,
        [
          "group": collection.resource.group, "operation": "commit",
          "resource": collection.resource.plural,
        ], of: collection.writes)
    }
  }
}
