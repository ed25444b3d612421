package import Foundations
package import Resources

/// Deletes events an hour after they were last seen: they tell what is happening, and would
/// otherwise fill the store.
/// Source: upstream's `--event-ttl`, one hour.
package final class EventExpiry: Controller {
  package let name = "event-expiry"
  package let queue = KeyedQueue<ObjectKey>()
  package let workersMax = 1
  private let client: any ClusterClient
  private let now: @Sendable () -> Timestamp

  /// Seconds.
  private static let lifetime: Int64 = 3600
  private static let interval = Duration.seconds(60)
  private static let everything = ObjectKey(namespace: "", name: "all")
  private static let pageSize = 500

  package init(
    client: any ClusterClient, now: @escaping @Sendable () -> Timestamp = { .now() }
  ) {
    self.client = client
    self.now = now
    queue.add(Self.everything)
  }

  package func reconcile(_ key: ObjectKey) async throws -> Duration? {
    var options = ListOptions()
    options.limit = Self.pageSize
    repeat {
      let page = try await client.list(.events, namespace: nil, options: options)
      for event in page.items where isOver(event) { try await delete(event) }
      options.continue = page.continue
    } while !options.continue.isEmpty
    return Self.interval
  }

  private func delete(_ event: Document) async throws {
    let key = ObjectKey(event)
    do {
      _ = try await client.delete(
        .events, namespace: key.namespace, name: key.name,
        options: DeleteOptions(resourceVersion: event[path: "metadata", "resourceVersion"]?.string))
    } catch let error as APIError where error.reason == .notFound || error.reason == .conflict {
      // Gone, or seen once more.
    }
  }

  private func isOver(_ event: Document) -> Bool {
    guard let seen = Self.lastSeen(event) else { return false }
    return now().seconds - seen.seconds >= Self.lifetime
  }

  /// The latest of the times that an event carries.
  static func lastSeen(_ event: Document) -> Timestamp? {
    [
      event["lastTimestamp"], event["eventTime"], event[path: "series", "lastObservedTime"],
      event[path: "metadata", "creationTimestamp"],
    ]
    .compactMap { $0?.string.flatMap { Timestamp($0) } }
    .max { $0.seconds < $1.seconds }
  }
}
