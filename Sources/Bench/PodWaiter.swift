import Networking
import Resources

/// Waits for pods of one namespace to come into a state.
struct PodWaiter: Sendable {
  private let reader: WatchReader

  /// Watches from now on.
  static func open(_ target: BenchTarget, _ path: String) async throws -> PodWaiter {
    let list = try Document(json: try await target.send(.read("\(path)?limit=1"), worker: 0))
    let version = list.value(at: ["metadata", "resourceVersion"])?.string ?? ""
    let request = ClientRequest.read("\(path)?watch=true&resourceVersion=\(version)")
    return PodWaiter(reader: WatchReader(try await target.stream(request, worker: 0)))
  }

  /// Returns when `count` pods, each counted once, were seen as `isDone` wants them.
  func wait(forCount count: Int, _ isDone: (Document) -> Bool) async throws {
    var done: Set<String> = []
    while done.count < count {
      guard let event = try await reader.next() else {
        throw WatchEnded(missing: count - done.count)
      }
      switch event {
      case .added(let pod), .modified(let pod):
        guard let name = pod.value(at: ["metadata", "name"])?.string, isDone(pod) else { continue }
        done.insert(name)
      case .error(let error): throw error
      case .deleted, .bookmark: continue
      }
    }
  }
}
