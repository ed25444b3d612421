import Foundations
package import Resources
import Synchronization

/// Every pod's worker, one for each pod that has not gone without a trace.
package final class PodWorkers: Sendable {
  private struct State {
    var workers: [String: PodWorker] = [:]
    var waiting: [PodWorker] = []
  }

  private let services: NodeServices
  private let state = Mutex(State())
  private let signal = AsyncSignal()

  package init(services: NodeServices) { self.services = services }

  package var uids: Set<String> { state.withLock { Set($0.workers.keys) } }

  /// The pod as it is wanted now: its worker begins with the first word of it.
  package func update(_ pod: Pod) {
    // The API's picture of a static pod is nobody's to run; its original writes its status there.
    if let original = StaticPod.original(of: pod) {
      state.withLock { $0.workers[original] }?.update(mirror: pod)
      return
    }
    guard let uid = pod.metadata.uid else { return }
    let worker = state.withLock { state -> PodWorker in
      if let worker = state.workers[uid] { return worker }
      let worker = PodWorker(pod: pod, services: services)
      state.workers[uid] = worker
      state.waiting.append(worker)
      return worker
    }
    worker.update(pod)
    signal.wake()
  }

  /// Nobody wants the pod any more.
  package func remove(_ pod: Pod) {
    if let original = StaticPod.original(of: pod) {
      state.withLock { $0.workers[original] }?.update(mirror: nil)
      return
    }
    state.withLock { $0.workers[pod.metadata.uid ?? ""] }?.remove()
  }

  /// The node will not keep the pod.
  package func evict(_ pod: Pod, _ message: String) {
    state.withLock { $0.workers[pod.metadata.uid ?? ""] }?.evict(message)
  }

  /// Something of the sandbox or container changed.
  package func runtimeChanged(_ id: String) {
    guard let uid = services.pods.owner(of: id) else { return }
    state.withLock { $0.workers[uid] }?.runtimeChanged()
  }

  /// Anything may have changed.
  package func runtimeChanged() {
    for worker in state.withLock({ $0.workers.values.map(\.self) }) { worker.runtimeChanged() }
  }

  /// Runs workers until the task is cancelled; containers go on.
  package func run() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let fresh = state.withLock { state in
          defer { state.waiting = [] }
          return state.waiting
        }
        for worker in fresh {
          group.addTask {
            await worker.run()
            if !Task.isCancelled { self.state.withLock { $0.workers[worker.uid] = nil } }
          }
        }
        await signal.wait()
      }
      group.cancelAll()
    }
  }
}
