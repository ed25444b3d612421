package import Foundations
package import Logging
package import Resources

/// Brings one kind of object from what it is to what it should be, one key at a time.
///
/// A controller sees changes through informers, keeps its own queue of keys, and is run by
/// `ControllerLoop`. It decides from what it reads when its key comes up, never from the change.
package protocol Controller: Sendable {
  /// For logs and field managers: `deployment-controller`.
  var name: String { get }
  var queue: KeyedQueue<ObjectKey> { get }
  /// Keys worked on at once.
  var workersMax: Int { get }
  /// Does what `key` needs now.
  /// - Returns: when to look again without a change; `nil` for never.
  /// - Throws: anything makes the key come again after a pause.
  func reconcile(_ key: ObjectKey) async throws -> Duration?
}

extension Controller {
  package var workersMax: Int { 5 }
}

/// Runs a controller's workers until the task is cancelled.
package struct ControllerLoop: Sendable {
  private let controller: any Controller
  private let informers: [Informer]
  private let logger: Logger

  /// - Parameter informers: what must be in memory before the first decision.
  package init(_ controller: any Controller, waitingFor informers: [Informer], logger: Logger) {
    self.controller = controller
    self.informers = informers
    self.logger = logger
  }

  package func run() async {
    do {
      for informer in informers { try await informer.waitUntilSynced() }
    } catch {
      return  // Cancelled.
    }
    await withTaskCancellationHandler {
      await withDiscardingTaskGroup { group in
        group.addTask { await controller.queue.runTimer() }
        for _ in 0..<controller.workersMax { group.addTask { await work() } }
      }
    } onCancel: {
      controller.queue.close()
    }
  }

  private func work() async {
    let queue = controller.queue
    while let key = await queue.next() {
      do {
        let again = try await controller.reconcile(key)
        queue.forget(key)
        if let again { queue.add(key, after: again) }
      } catch is CancellationError {
        return
      } catch let error as APIError
        where error.reason == .conflict || error.reason == .alreadyExists
      {
        // Someone else wrote first: look again at what there is now. Usual, so not worth a line.
        queue.addAfterFailure(key)
      } catch {
        logger.warning(
          "\(controller.name): \(key) failed and is tried again: \(error)")
        queue.addAfterFailure(key)
      }
      queue.done(key)
    }
  }
}
