import Networking
import Resources

/// One writer, many readers.
extension Bench {
  /// Measures until every watcher has heard of every change. The changes' own cost is in it.
  func watch() async throws -> BenchResult {
    let path = ResourceType.configMaps.path(namespace: plan.namespace)
    let object = configMap("watched")
    let first = try Document(json: try await target.send(.write(.post, path, object), worker: 0))
    let version = first.value(at: ["metadata", "resourceVersion"])?.string ?? ""
    let query = "watch=true&fieldSelector=metadata.name%3Dwatched&resourceVersion=\(version)"
    var streams: [StreamedResponse] = []
    for watcher in 0..<plan.watcherCount {
      streams.append(try await target.stream(.read("\(path)?\(query)"), worker: watcher))
    }
    let opened = streams
    return try await measured(.watch) {
      let clock = ContinuousClock()
      let start = clock.now
      let writes = try await withThrowingTaskGroup(of: LoadLoop.Outcome?.self) { group in
        for stream in opened {
          group.addTask {
            try await Self.readLines(plan.changeCount, from: stream)
            return nil
          }
        }
        group.addTask {
          // One at a time, or the server could see changes that say the same.
          try await LoadLoop(count: plan.changeCount, concurrency: 1).run { _, index in
            var changed = object
            changed["data"] = [
              "content": object["data"]?["content"] ?? "", "n": Document(String(index)),
            ]
            try await target.send(.write(.put, "\(path)/watched", changed), worker: 0)
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

  /// An event is a line; parsing it would only cost this client's time.
  private static func readLines(_ count: Int, from stream: StreamedResponse) async throws {
    var left = count
    while left > 0 {
      guard let bytes = try await stream.next() else { throw WatchEnded(missing: left) }
      left -= bytes.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
    }
  }
}

struct WatchEnded: Error, CustomStringConvertible {
  let missing: Int
  var description: String { "the server ended a watch with \(missing) events missing" }
}
