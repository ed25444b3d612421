import Foundations
import Resources

extension PodWorker {
  /// Begins a step. Each reports its end by a message.
  func perform(_ step: PodStep, _ group: inout DiscardingTaskGroup) {
    switch step {
    case .prepareVolumes: prepareVolumes(&group)
    case .runSandbox(let attempt): runSandbox(attempt, &group)
    case .stopSandbox(let id):
      begin(.stopSandbox(id), &group) { services, _ in
        try await services.runtime.stopSandbox(id)
      }
    case .start(let name, let count, let previous): start(name, count, previous, &group)
    case .kill(let order): kill(order, &group)
    case .leaveRotation(let limit): leaveRotation(by: limit, &group)
    case .resize(let changes): resize(changes, &group)
    case .remove(let id): remove(id, &group)
    case .tearDown: tearDown(&group)
    case .delete: delete(&group)
    case .forget: forget(&group)
    case .end(let ending):
      end(ending)
      signal.wake()
    }
  }

  /// Runs work that either is done or failed. What failed is told after a pause, since the next
  /// plan will ask for it again.
  func begin(
    _ work: PodWork, _ group: inout DiscardingTaskGroup,
    _ body: @escaping @Sendable (NodeServices, Pod) async throws -> Void
  ) {
    situation.busy.insert(work)
    let services = services
    let pod = situation.pod
    let pause: Duration = work == .sandbox ? .zero : Self.workRetry
    group.addTask {
      do {
        try await body(services, pod)
        self.post(.finished(work, .done))
      } catch is CancellationError {
        self.post(.finished(work, .cancelled))
      } catch {
        let message = "\(error)"
        do { try await services.clock.sleep(for: pause) } catch { return }
        self.post(.finished(work, .failed(message)))
      }
    }
  }

  private static let workRetry: Duration = .seconds(2)

  // MARK: Volumes

  private var addresses: PodAddresses {
    let host = services.configuration.nodeAddresses
    let own = situation.runtime.readySandbox?.addresses ?? []
    return PodAddresses(
      podIPs: situation.pod.spec.hostNetwork == true ? host : own, hostIPs: host)
  }

  func prepareVolumes(_ group: inout DiscardingTaskGroup) {
    situation.busy.insert(.volumes)
    mustRefreshVolumes = false
    let services = services
    let pod = situation.pod
    let addresses = addresses
    services.references.follow(references(of: pod), for: uid) { [weak self] in
      self?.post(.referencesChanged)
    }
    group.addTask {
      do {
        let outcome = try await services.volumes.prepare(
          pod, addresses: addresses, allocatable: services.capacity.allocatable)
        self.post(.finished(.volumes, .volumes(outcome)))
      } catch is CancellationError {
        self.post(.finished(.volumes, .cancelled))
      } catch {
        self.post(.finished(.volumes, .failed("\(error)")))
      }
    }
  }

  /// What its volumes show, and what its variables come from: a container that waits for a config
  /// map starts as soon as there is one.
  private func references(of pod: Pod) -> Set<ReferencedObjects.Reference> {
    var references = VolumeMaterializer.references(of: pod)
    let namespace = pod.metadata.namespace ?? ""
    for container in pod.allContainers.map(\.container) {
      for name in ContainerEnvironment.configMapNames(of: container) {
        references.insert(.init(.configMaps, ObjectKey(namespace: namespace, name: name)))
      }
      for name in ContainerEnvironment.secretNames(of: container) {
        references.insert(.init(.secrets, ObjectKey(namespace: namespace, name: name)))
      }
    }
    return references
  }

  /// Brings volumes up to date that already stand.
  func refreshVolumes(_ group: inout DiscardingTaskGroup) {
    guard situation.volumes == .ready, situation.ending == nil,
      !situation.busy.contains(.volumes)
    else { return }
    let isDue = volumes.refreshAt.map { $0 <= situation.now } ?? false
    if isDue || mustRefreshVolumes { prepareVolumes(&group) }
  }

  // MARK: Starting

  private func runSandbox(_ attempt: Int, _ group: inout DiscardingTaskGroup) {
    begin(.sandbox, &group) { services, pod in
      try await SandboxStarter(services: services).start(pod, attempt: attempt)
    }
  }

  private func start(
    _ name: String, _ count: Int, _ previous: ContainerID?, _ group: inout DiscardingTaskGroup
  ) {
    guard let container = situation.pod.allContainers.first(where: { $0.name == name }),
      let sandbox = situation.runtime.readySandbox
    else { return }
    noteRestart(name, previous)
    situation.busy.insert(.start(name))
    let stop = AsyncSignal()
    startStop = stop
    let target = SpecialContainer.target(of: container)
      .flatMap { situation.runtime.latest($0)?.id }
    let starter = ContainerStarter(
      services: services, pod: situation.pod, sandbox: sandbox, volumes: volumes.volumes)
    let order = ContainerStarter.Order(
      container: container, restartCount: count, targetID: target)
    group.addTask {
      let outcome = await withTaskGroup(of: PodMessage.Outcome.self) { attempt in
        attempt.addTask { await starter.outcome(of: order) }
        attempt.addTask {
          await stop.wait()
          return .cancelled
        }
        let first = await attempt.next() ?? .cancelled
        attempt.cancelAll()
        stop.wake()
        return first
      }
      self.post(.finished(.start(name), outcome))
    }
  }

  /// Each restart makes the next pause longer.
  private func noteRestart(_ name: String, _ previous: ContainerID?) {
    guard let previous,
      let run = situation.runtime.containers.first(where: { $0.id == previous }), run.hasEnded
    else { return }
    let ended = run.finishedAt ?? run.createdAt
    if situation.backoffs[name] == nil {
      situation.backoffs[name] = RestartBackoff(endedAt: ended)
    } else {
      situation.backoffs[name]?.noteRestart(endedAt: ended)
    }
  }

  // MARK: Stopping

  private func leaveRotation(by limit: Timestamp, _ group: inout DiscardingTaskGroup) {
    guard let rotation = services.rotation else {
      situation.isInRotation = false
      signal.wake()
      return
    }
    situation.busy.insert(.leaveRotation)
    let left = services.now().distance(to: limit)
    group.addTask { [uid] in
      let late = await rotation.leave(uid, within: left)
      let outcome: PodMessage.Outcome =
        late.isEmpty || Task.isCancelled
        ? .done : .failed(late.prefix(Self.lateNamesMax).joined(separator: ", "))
      self.post(.finished(.leaveRotation, outcome))
    }
  }

  /// Of a thousand nodes that are late, an event names the first few.
  private static let lateNamesMax = 10

  private func kill(_ order: KillOrder, _ group: inout DiscardingTaskGroup) {
    let runsHook = !situation.busy.contains(.kill(order.container))
    let now = services.now()
    if order.isRestart { situation.restarting.insert(order.container) }
    situation.killDeadlines[order.container] = now.advanced(by: order.grace)
    let address = addresses.podIPs.first ?? ""
    begin(.kill(order.container), &group) { services, pod in
      try await ContainerStopper(services: services, pod: pod, podIP: address)
        .stop(order, runsHook: runsHook)
    }
  }

  private func remove(_ id: ContainerID, _ group: inout DiscardingTaskGroup) {
    let run = situation.runtime.containers.first { $0.id == id }
    // A run that never began shares its log with the one that takes its place.
    let log = run?.hasEnded == true ? run?.logPath : nil
    let words = run?.terminationMessageFile
    begin(.remove(id), &group) { services, _ in
      try await services.runtime.removeContainer(id)
      for path in [log, words].compactMap(\.self) where !path.isEmpty {
        try FileTree.remove(path)
      }
    }
  }

  private func tearDown(_ group: inout DiscardingTaskGroup) {
    probes.keepOnly([])
    begin(.tearDown, &group) { services, pod in
      let paths = PodPaths(pod: pod, configuration: services.configuration)
      try await ImageVolumes(services: services, pod: pod).release()
      try services.volumes.tearDown(paths, podUID: pod.metadata.uid ?? "")
      try await CgroupTree.remove(
        services.configuration.cgroups.pod(
          uid: pod.metadata.uid ?? "", quality: pod.qualityOfService))
    }
  }

  /// The API object goes only if it is still this pod's.
  private func delete(_ group: inout DiscardingTaskGroup) {
    guard !status.isWriting else { return }  // its last status first
    begin(.delete, &group) { services, pod in
      do {
        _ = try await services.client.delete(
          .pods, namespace: pod.metadata.namespace, name: pod.metadata.name ?? "",
          options: DeleteOptions(gracePeriodSeconds: 0, uid: pod.metadata.uid))
      } catch let error as APIError where error.code == 404 || error.code == 409 {
        return  // gone, or another pod's by now
      }
    }
  }

  private func forget(_ group: inout DiscardingTaskGroup) {
    let sandboxes = situation.runtime.sandboxes.map(\.id)
    let key = PodWork.remove(ContainerID(uid))
    guard !situation.busy.contains(key) else { return }
    guard !sandboxes.isEmpty else {
      let paths = PodPaths(pod: situation.pod, configuration: services.configuration)
      do {
        try FileTree.remove(paths.logs)
      } catch {
        // A log that cannot be removed keeps nobody's pod: the agent's next start tries again.
      }
      isOver = true
      return
    }
    begin(key, &group) { services, _ in
      for sandbox in sandboxes { try await services.runtime.removeSandbox(sandbox) }
    }
  }
}

/// What only some containers have.
enum SpecialContainer {
  /// The container whose processes an ephemeral one shall see.
  static func target(of container: PodContainer) -> String? {
    guard container.role == .ephemeral else { return nil }
    return EphemeralContainer(container.container.document).targetContainerName
      .flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension ContainerStarter {
  /// How a start ended, in the worker's words.
  func outcome(of order: Order) async -> PodMessage.Outcome {
    do {
      _ = try await start(order)
      return .done
    } catch let error as ContainerSetupError {
      return .notStarted(error)
    } catch let error as HookFailure {
      return .hookFailed(error.container)
    } catch is CancellationError {
      return .cancelled
    } catch {
      return .notStarted(.creation("\(error)"))
    }
  }
}
