import Foundations
import Logging
import Resources
import Synchronization

/// Runs the pods that the files of a directory ask for, and shows them to the API as mirrors.
final class StaticPods: Sendable {
  private struct State {
    /// By file. A file that cannot be read keeps the pod that it asked for before.
    var wanted: [String: Pod] = [:]
    /// Those that have a worker, by UID.
    var begun: [String: ObjectKey] = [:]
    /// Said once of each file.
    var complaints: [String: String] = [:]
  }

  private let directory: String
  private let services: NodeServices
  private let workers: PodWorkers
  private let pods: Informer
  private let logger: Logger
  private let signal = AsyncSignal()
  private let state = Mutex(State())

  /// - Parameter pods: those that the API has for this node, mirrors among them.
  init(
    directory: String, services: NodeServices, workers: PodWorkers, pods: Informer, logger: Logger
  ) {
    self.directory = directory
    self.services = services
    self.workers = workers
    self.pods = pods
    self.logger = logger
  }

  /// Some mirror came, changed or went.
  func mirrorChanged() { signal.wake() }

  /// Runs until the task is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.followDirectory() }
      do { try await pods.waitUntilSynced() } catch { return }
      while !Task.isCancelled {
        readDirectory()
        var isDone = beginAndEnd()
        // A mirror may have been there before its pod's worker.
        for object in pods.objects where StaticPod.isMirror(Pod(object)) {
          workers.update(Pod(object))
        }
        do {
          try await reconcileMirrors()
        } catch {
          logger.warning("mirrors of static pods are not as they should be: \(error)")
          isDone = false
        }
        await signal.wait(until: isDone ? nil : ContinuousClock.now + Self.retryPause)
      }
      group.cancelAll()
    }
  }

  private static let retryPause: Duration = .seconds(1)

  private func followDirectory() async {
    do {
      let watch = try FileWatcher().watch(directory)
      while !Task.isCancelled {
        await watch.signal.wait()
        signal.wake()
      }
    } catch {
      logger.error("changes in \(directory) are not noticed: \(error)")
    }
  }

  // MARK: The directory

  /// Before the first reading. A directory that cannot be made holds no pods.
  func prepare() {
    do {
      try DurableFile.makeDirectory(directory, mode: 0o700)
    } catch {
      logger.error("there will be no static pods: \(error)")
    }
  }

  /// Also for the beginning, so that what runs already is known as somebody's.
  func readDirectory() {
    let names: [String]
    do {
      names = try HostDirectory.names(in: directory).filter { !$0.hasPrefix(".") }
    } catch {
      return complain(about: directory, "\(error)")
    }
    complain(about: directory, nil)
    let found = Set(names.map { "\(directory)/\($0)" })
    state.withLock { state in state.wanted = state.wanted.filter { found.contains($0.key) } }
    for file in found.sorted() {
      do {
        let pod = try read(file)
        state.withLock { state in
          // What was seen first stays: the time is no change.
          if state.wanted[file]?.metadata.uid != pod.metadata.uid { state.wanted[file] = pod }
        }
        complain(about: file, nil)
      } catch {
        complain(about: file, "\(error)")
      }
    }
  }

  private func read(_ file: String) throws -> Pod {
    let documents = try Document.documents(yaml: try DurableFile.read(file) ?? [])
    guard documents.count == 1 else {
      throw StaticPod.Problem(
        description: "it holds \(documents.count) documents; it must hold one pod")
    }
    return try StaticPod.make(
      of: documents[0], file: file, nodeName: services.configuration.nodeName,
      seenAt: services.now())
  }

  private func complain(about file: String, _ problem: String?) {
    let isNew = state.withLock { state in
      defer { state.complaints[file] = problem }
      return state.complaints[file] != problem
    }
    if isNew, let problem {
      logger.error("the manifest \(file) of a static pod is left as it is: \(problem)")
    }
  }

  // MARK: Workers

  /// - Returns: whether every wanted pod has begun: one waits for its predecessor's end.
  func beginAndEnd() -> Bool {
    let (wanted, begun) = state.withLock { (Array($0.wanted.values), $0.begun) }
    let known = workers.uids
    let uids = Set(wanted.compactMap(\.metadata.uid))
    for (uid, key) in begun where !uids.contains(uid) {
      if known.contains(uid) {
        var pod = Pod()
        pod.metadata.uid = uid
        pod.metadata.namespace = key.namespace
        pod.metadata.name = key.name
        workers.remove(pod)
      } else {
        state.withLock { $0.begun[uid] = nil }
      }
    }
    let busy = state.withLock { Set($0.begun.filter { !uids.contains($0.key) }.values) }
    for pod in wanted {
      guard let uid = pod.metadata.uid, begun[uid] == nil, !busy.contains(pod.metadata.key) else {
        continue
      }
      state.withLock { $0.begun[uid] = pod.metadata.key }
      workers.update(pod)
    }
    return busy.isEmpty
  }

  // MARK: Mirrors

  private func reconcileMirrors() async throws {
    let mirrors = pods.objects.map(Pod.init).filter(StaticPod.isMirror)
    let wanted = state.withLock { Array($0.wanted.values) }
    let steps = StaticPod.mirrorSteps(wanted: wanted, mirrors: mirrors)
    guard !steps.isEmpty else { return }
    let node = try await services.client.get(
      .nodes, namespace: nil, name: services.configuration.nodeName)
    let nodeUID = node[path: "metadata", "uid"]?.string ?? ""
    for step in steps {
      do {
        switch step {
        case .create(let pod):
          _ = try await services.client.create(
            .pods, namespace: pod.metadata.namespace,
            StaticPod.mirror(of: pod, nodeUID: nodeUID).document, options: WriteOptions())
        case .delete(let mirror):
          _ = try await services.client.delete(
            .pods, namespace: mirror.metadata.namespace, name: mirror.metadata.name ?? "",
            options: DeleteOptions(gracePeriodSeconds: 0, uid: mirror.metadata.uid))
        }
      } catch let error as APIError where error.code == 404 || error.code == 409 {
        continue  // somebody was quicker; the watch will tell
      }
    }
  }
}
