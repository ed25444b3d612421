import Foundations
import Resources

/// Follows a cluster: tells of a new picture whenever something changed, and at least every
/// `refreshPause`, since some things are wrong only after a while.
package struct LivePicture: Sendable {
  private static let refreshPause = Duration.seconds(10)
  /// Changes come in flocks; a picture of each bird helps nobody.
  private static let settlePause = Duration.milliseconds(500)

  private let access: any ClusterAccess
  private let reader: ClusterReader

  package init(_ access: any ClusterAccess, namespace: String?) {
    self.access = access
    reader = ClusterReader(access, namespace: namespace)
  }

  /// Runs until the task is cancelled or `show` throws.
  /// - Parameter show: gets a picture, or why the server cannot be asked at the moment: the picture
  ///   before may then be old.
  package func run(
    _ show: @escaping @Sendable (Result<ClusterPicture, any Error>) async throws -> Void
  ) async throws {
    // Says which kinds can be read.
    let first = try await reader.list()
    let changed = AsyncSignal()
    let informers = ClusterPicture.kinds.filter { first.unread[$0] == nil }.map { kind in
      Informer(
        kind, client: access.client, namespace: reader.place(of: kind),
        options: ClusterReader.options(of: kind))
    }
    for informer in informers { informer.onChange { _ in changed.wake() } }
    try await withThrowingDiscardingTaskGroup { group in
      for informer in informers { group.addTask { await informer.run() } }
      for informer in informers { try await informer.waitUntilSynced() }
      while !Task.isCancelled {
        do {
          _ = try await access.version()
          var objects = ClusterReader.Objects()
          objects.unread = first.unread
          for informer in informers { objects.lists[informer.resource] = informer.objects }
          try await show(.success(reader.picture(of: objects, now: .now())))
        } catch is CancellationError {
          break
        } catch {
          try await show(.failure(error))
        }
        await changed.wait(until: .now + Self.refreshPause)
        try await ContinuousClock().sleep(for: Self.settlePause)
      }
      group.cancelAll()
    }
  }
}
