import Networking
import Resources

/// Some writers, many readers.
extension Bench {
  /// Measures until every watcher has heard of every change. The changes' own cost is in it. Each
  /// worker changes an object of its own, so each change is an event; watchers hear of all objects.
  func watch() async throws -> BenchResult {
    let path = ResourceType.configMaps.path(namespace: plan.namespace)
    let objects = (0..<plan.concurrency).map { configMap("watched-\($0)", labels: Self.watched) }
    var version = ""
    for object in objects {
      let made = try Document(json: try await target.send(.write(.post, path, object), worker: 0))
      version = made.value(at: ["metadata", "resourceVersion"])?.string ?? ""
    }
    let query = "watch=true&labelSelector=watched%3Dyes&resourceVersion=\(version)"
    var streams: [StreamedResponse] = []
    for watcher in 0..<plan.watcherCount {
      streams.append(try await target.stream(target.watch("\(path)?\(query)"), worker: watcher))
    }
    let opened = streams
    return try await measured(.watch) {
      let clock = ContinuousClock()
      let start = clock.now
      let writes = try await withThrowingTaskGroup(of: LoadLoop.Outcome?.self) { group in
        for stream in opened {
          group.addTask {
            try await readEvents(plan.changeCount, from: stream)
            return nil
          }
        }
        group.addTask {
          let loop = LoadLoop(count: plan.changeCount, concurrency: plan.concurrency)
          return try await loop.run { worker, index in
            var changed = objects[worker]
            changed["data"] = [
              "content": changed["data"]?["content"] ?? "", "n": Document(String(index)),
            ]
            let request = try target.write(.put, "\(path)/watched-\(worker)", changed)
            try await target.send(request, worker: worker)
          }
        }
        return try await group.reduce(nil) { $0 ?? $1 }
      }
      let latency = writes?.latency ?? Distribution([])
      return (
        plan.changeCount * opened.count,
        LoadLoop.Outcome(elapsed: clock.now - start, latency: latency)
      )
    }
  }

  private static let watched: Document = ["watched": "yes"]

  private func readEvents(_ count: Int, from stream: StreamedResponse) async throws {
    var events = WatchEventCounter(target.encoding)
    while events.count < count {
      guard let bytes = try await stream.next() else {
        throw WatchEnded(missing: count - events.count)
      }
      events.take(bytes)
    }
  }
}

struct WatchEnded: Error, CustomStringConvertible {
  let missing: Int
  var description: String { "the server ended a watch with \(missing) events missing" }
}
