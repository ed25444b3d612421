import ContainerRuntimeInterface
import Foundations
import Logging
import Resources

/// Looks at what the node has left, and makes room before everything on it fails: it removes what
/// nobody uses, and then ends the pods that take more than they asked for, one at a time.
///
/// While nothing is short it costs a few calls into the kernel each time it looks.
/// Source: Kubernetes documentation, "Node-pressure Eviction".
struct PressureWatch {
  let services: NodeServices
  let workers: PodWorkers
  let policy: PressurePolicy
  let logger: Logger

  /// Source: kubelet's eviction manager, monitoringInterval.
  private static let interval: Duration = .seconds(10)
  /// Source: kubelet's ImageGCPeriod.
  private static let imageInterval: Duration = .seconds(300)
  /// How long the next eviction waits for the pod that was evicted.
  /// Source: kubelet's podCleanupTimeout and podCleanupPollFreq.
  private static let cleanupLimit = 30
  private static let cleanupPause: Duration = .seconds(1)

  private struct Progress {
    var history: PressureHistory
    var images: ImageCollector
    var imageDirectory: String?
    var imagesDueAt: Timestamp
    /// UIDs of pods that were told to go. One that takes long is not waited for twice.
    var evicted: Set<String> = []
    /// Said once of each.
    var complaint = ""
  }

  /// Runs until the task is cancelled.
  func run() async {
    let source = SignalSource(nodeDirectory: services.configuration.dataDirectory)
    var progress = Progress(
      history: PressureHistory(policy: policy),
      images: ImageCollector(
        services: services, workers: workers, policy: policy.images, logger: logger),
      imagesDueAt: services.now())
    while !Task.isCancelled {
      var hasEvicted = false
      do {
        hasEvicted = try await look(source, &progress)
        progress.complaint = ""
      } catch is CancellationError {
        return
      } catch {
        if progress.complaint != "\(error)" {
          logger.warning("what this node has left is not known: \(error)")
        }
        progress.complaint = "\(error)"
      }
      if hasEvicted { continue }
      do { try await services.clock.sleep(for: Self.interval) } catch { return }
    }
  }

  /// - Returns: whether a pod was evicted and has gone, so that it is worth looking again at once.
  private func look(_ source: SignalSource, _ progress: inout Progress) async throws -> Bool {
    if progress.imageDirectory == nil { progress.imageDirectory = await imageDirectory() }
    // On a new machine it comes with the first pod.
    let directory = services.configuration.dataDirectory
    if !FileTree.isDirectory(directory) { try DurableFile.makeDirectory(directory, mode: 0o750) }
    let readings = try source.read(imageDirectory: progress.imageDirectory)
    let before = progress.history.causes
    let breaches = progress.history.observe(readings, now: services.now())
    tell(before, progress.history.causes)
    services.pressure.set(progress.history.causes)
    if progress.imagesDueAt <= services.now() {
      progress.imagesDueAt = services.now().advanced(by: Self.imageInterval)
      try await progress.images.look(readings.readings[.imagefsAvailable])
    }
    guard let breach = breaches.first else { return false }
    services.tellOfNode(
      .warning, "EvictionThresholdMet", "Attempting to reclaim \(breach.signal.resource)")
    if NodePressure(of: breach.signal) == .disk {
      try await makeRoom(for: breach.signal, readings, &progress)
      let left = try source.read(imageDirectory: progress.imageDirectory)
        .breaches(of: policy.thresholds)
      guard left.contains(where: { $0.signal == breach.signal }) else { return false }
    }
    return try await evict(for: breach, readings, &progress)
  }

  /// Where the runtime keeps images; `nil` where it does not tell, or not yet.
  private func imageDirectory() async -> String? {
    do {
      let systems = try await services.images.imageFileSystems().imageFilesystems
      return systems.map(\.fsID.mountpoint).first { FileTree.leadsToDirectory($0) }
    } catch {
      logger.debug("the runtime does not say yet where it keeps images: \(error)")
      return nil  // asked again at the next look
    }
  }

  /// Removes what nobody uses from the file system that is full.
  private func makeRoom(
    for signal: EvictionSignal, _ readings: SignalReadings, _ progress: inout Progress
  ) async throws {
    await progress.images.removeEnded()
    let isOfImages = signal == .imagefsAvailable || signal == .imagefsInodesFree
    if isOfImages || readings.sharesFileSystem {
      try await progress.images.removeEverythingUnused()
    }
  }

  private func evict(
    for breach: ThresholdBreach, _ readings: SignalReadings, _ progress: inout Progress
  ) async throws -> Bool {
    let candidates = try await UsageMeter(services: services)
      .candidates(for: breach.signal, sharesFileSystem: readings.sharesFileSystem)
    progress.evicted.formIntersection(candidates.compactMap(\.pod.metadata.uid))
    let order = EvictionRanking.order(candidates, for: breach.signal)
      .filter { !progress.evicted.contains($0.pod.metadata.uid ?? "") }
    guard let first = order.first else { return false }
    progress.evicted.insert(first.pod.metadata.uid ?? "")
    let message = EvictionRanking.message(first, breach)
    logger.notice(
      "a pod is evicted because this node is short of \(breach.signal.rawValue)",
      metadata: ["pod": "\(first.pod.metadata.key)"])
    workers.evict(first.pod, message)
    services.pods.evictions.add(breach.signal)
    try await waitForEnd(of: first.pod)
    return true
  }

  /// Until its processes and its files are gone, or the time is up.
  private func waitForEnd(of pod: Pod) async throws {
    let root = PodPaths(pod: pod, configuration: services.configuration).root
    for _ in 0..<Self.cleanupLimit {
      try await services.clock.sleep(for: Self.cleanupPause)
      let entry = services.pods.all.first { $0.pod.metadata.uid == pod.metadata.uid }
      if entry?.runtime.isAnythingRunning != true, !FileTree.isDirectory(root) { return }
    }
  }

  private func tell(_ before: [NodePressure: String], _ now: [NodePressure: String]) {
    for pressure in NodePressure.allCases where (before[pressure] == nil) != (now[pressure] == nil)
    {
      let reason = pressure.eventReason(holds: now[pressure] != nil)
      services.tellOfNode(
        .normal, reason, "Node \(services.configuration.nodeName) status is now: \(reason)")
    }
  }
}

extension NodeServices {
  /// Tells something of the node itself, as an Event about it.
  func tellOfNode(_ kind: ObjectEventNote.Kind, _ reason: String, _ message: String) {
    let name = configuration.nodeName
    // Kubelet's events about nodes have the name for the UID.
    events.record(
      ObjectEventNote(
        about: .nodes, ObjectKey(namespace: "", name: name), uid: name, kind: kind, reason: reason,
        message: message))
  }
}
