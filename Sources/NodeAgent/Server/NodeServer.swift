import ContainerRuntimeInterface
import Foundations
package import Logging
package import Networking
package import Resources
import SwiftProtobuf

/// The node agent's own API: what the API server asks it for on behalf of clients, and what monitoring
/// reads. Its paths are kubelet's. `NodeGate` says who is answered.
package final class NodeServer: RequestHandler {
  private let runtime: any ContainerRuntime
  private let streams: AgentStreamHandler
  private let watcher: FileWatcher
  private let pods: NodePods
  private let volumes: VolumeDirectories
  private let nodeName: String
  private let usage: UsageSampler
  private let cgroups: PodCgroups
  private let machine: ContainerMetricsText.Machine
  private let gate: NodeGate
  private let ingressMetrics: @Sendable () async -> String
  private let startedAt = Timestamp.now()
  private let logger: Logger

  /// - Parameters:
  ///   - client: is asked who may do what here.
  ///   - pods: those that run here, in `cgroups`.
  ///   - facts: of this machine.
  ///   - ingressMetrics: what the node's ingress counts, in Prometheus' text; nothing where it has none.
  package init(
    nodeName: String, client: any ClusterClient, runtime: any ContainerRuntime,
    watcher: FileWatcher, pods: NodePods, cgroups: PodCgroups, facts: NodeFacts,
    volumes: VolumeDirectories, ingressMetrics: @escaping @Sendable () async -> String = { "" },
    logger: Logger
  ) {
    self.ingressMetrics = ingressMetrics
    machine = ContainerMetricsText.Machine(cpuCount: facts.cpuCount, memoryBytes: facts.memory)
    self.cgroups = cgroups
    gate = NodeGate(client: client, nodeName: nodeName, logger: logger)
    self.nodeName = nodeName
    self.volumes = volumes
    usage = UsageSampler(runtime: runtime, pods: pods)
    self.runtime = runtime
    self.pods = pods
    self.watcher = watcher
    self.logger = logger
    streams = AgentStreamHandler(runtime: runtime)
  }

  package func handle(_ request: ServerRequest, _ responder: Responder) {
    if request.path == "/healthz" {
      return responder.send(
        ServerResponse(status: 200, contentType: "text/plain", body: Array("ok".utf8)))
    }
    if gate.isTrusted(request) { return serve(request, responder) }
    // Lives until the API server has said who that is.
    Task {
      if let refusal = await gate.refusal(of: request) {
        responder.send(refusal.answer)
      } else {
        serve(request, responder)
      }
    }
  }

  private func serve(_ request: ServerRequest, _ responder: Responder) {
    if request.path == "/metrics" {
      responder.send(Self.metrics(NodeMetrics.text(pods, node: nodeName)))
    } else if request.path == "/metrics/probes" {
      responder.send(Self.metrics(pods.probes.text()))
    } else if request.path == "/metrics/ingress" {
      // Lives until each of the ingress's event loops has said what it counts.
      Task { responder.send(Self.metrics(await ingressMetrics())) }
    } else if let page = UsagePage(rawValue: request.path) {
      // Lives until two samples are taken, or the client is gone.
      let task = Task { await sendUsage(page, responder) }
      responder.onCancel { task.cancel() }
    } else if let list = podList(request.path) {
      responder.send(
        ServerResponse(status: 200, contentType: "application/json", body: list.json))
    } else if request.path.hasPrefix(VolumeRoute.prefix) {
      // Lives until the disk has done it.
      Task { responder.send(VolumeRoute(volumes: volumes, logger: logger).answer(to: request)) }
    } else if let route = AgentStreamRoute(path: request.path) {
      // Lives as long as the session.
      Task { await streams.serve(route, request, responder) }
    } else if let container = Self.logRoute(request.path) {
      // Lives until the log is sent or the client is gone.
      let task = Task { await sendLog(of: container, request, responder) }
      responder.onCancel { task.cancel() }
    } else {
      responder.send(
        APIError(code: 404, reason: .notFound, message: "no such path: \(request.path)").answer)
    }
  }

  /// The pages that tell what is used.
  private enum UsagePage: String {
    case summary = "/stats/summary"
    case resource = "/metrics/resource"
    case containers = "/metrics/cadvisor"
  }

  private static func metrics(_ text: String) -> ServerResponse {
    ServerResponse(status: 200, contentType: MetricsText.contentType, body: Array(text.utf8))
  }

  private func sendUsage(_ page: UsagePage, _ responder: Responder) async {
    do {
      let rates = try await usage.rates()
      switch page {
      case .resource: responder.send(Self.metrics(UsageMetricsText.text(rates.sample)))
      case .containers:
        responder.send(
          Self.metrics(
            ContainerMetricsText.text(
              rates.sample, try ContainerDetails.read(pods.all, cgroups), machine: machine)))
      case .summary:
        let summary = UsageSummary.document(rates, node: nodeName, startedAt: startedAt)
        responder.send(
          ServerResponse(status: 200, contentType: "application/json", body: summary.json))
      }
    } catch is CancellationError {
      return
    } catch {
      logger.error("what the node's containers use cannot be read: \(error)")
      responder.send(
        APIError.internalError("what the node's containers use cannot be read: \(error)").answer)
    }
  }

  /// `/containerLogs/NAMESPACE/POD/CONTAINER`
  private static func logRoute(_ path: String) -> AgentStreamRoute.Container? {
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count == 4, parts[0] == "containerLogs" else { return nil }
    return AgentStreamRoute.Container(namespace: parts[1], pod: parts[2], name: parts[3])
  }

  /// `/pods`: all as this node sees them; `/runningpods`: those of which a container runs.
  private func podList(_ path: String) -> Document? {
    let entries: [NodePods.Entry]
    switch path {
    case "/pods", "/pods/": entries = pods.all
    case "/runningpods", "/runningpods/":
      entries = pods.all.filter { !$0.runtime.running.isEmpty }
    default: return nil
    }
    let items = entries.map(\.pod).sorted { $0.metadata.key < $1.metadata.key }
    return [
      "kind": "PodList", "apiVersion": "v1", "metadata": .emptyObject,
      "items": Document(items.map(\.document)),
    ]
  }

  // MARK: Logs

  private func sendLog(
    of container: AgentStreamRoute.Container, _ request: ServerRequest, _ responder: Responder
  ) async {
    let run: ContainerID
    let reader: ContainerLogReader
    do {
      let options = try Self.options(of: request.query)
      let isPrevious = request.query["previous"].map { $0 != "false" } ?? false
      let status = try await self.run(of: container, isPrevious: isPrevious)
      run = ContainerID(status.id)
      reader = ContainerLogReader(path: status.logPath, options: options, watcher: watcher)
    } catch let error as APIError {
      return responder.send(error.answer)
    } catch is CancellationError {
      return
    } catch {
      logger.error("the log of \(request.path) cannot be found: \(error)")
      return responder.send(APIError.internalError("the log cannot be found: \(error)").answer)
    }
    let writer = responder.stream(
      ResponseHead(status: 200, headers: ["content-type": "text/plain"]))
    do {
      let containerEnd: @Sendable () async -> Void = { [runtime] in
        await Self.waitForEnd(of: run, runtime)
      }
      try await reader.read(untilAfter: containerEnd) { bytes in
        guard writer.write(bytes) else { throw CancellationError() }
        await writer.waitUntilWritable()
      }
      writer.finish()
    } catch {
      if !(error is CancellationError) {
        logger.error("the log of \(request.path) cannot be read: \(error)")
      }
      // The head is out: only a visible break tells the reader that something is missing.
      writer.abort()
    }
  }

  private static func options(of query: QueryItems) throws(APIError) -> LogOptions {
    func isSet(_ name: String) -> Bool {
      query[name].map { ["", "1", "t", "true"].contains($0.lowercased()) } ?? false
    }
    var options = LogOptions()
    options.follow = isSet("follow")
    options.timestamps = isSet("timestamps")
    options.tailLines = query["tailLines"].flatMap { Int($0) }
    options.limitBytes = query["limitBytes"].flatMap { Int($0) }
    if let seconds = query["sinceSeconds"].flatMap({ Int($0) }) {
      options.since = Timestamp.now().advanced(by: .seconds(-seconds))
    }
    if let text = query["sinceTime"], !text.isEmpty {
      guard let time = Timestamp(text) else {
        throw .badRequest("sinceTime holds \"\(text)\", which is no RFC 3339 time")
      }
      options.since = time
    }
    return options
  }

  /// The newest run of a container, or the one before it. A run that is removed while it is asked
  /// for gives its place to the next.
  private func run(of container: AgentStreamRoute.Container, isPrevious: Bool) async throws
    -> CRIContainerStatus
  {
    let all = try await runtime.containers(
      matching: .with {
        $0.labelSelector = [
          RuntimeLabels.podNamespace: container.namespace,
          RuntimeLabels.podName: container.pod,
          RuntimeLabels.containerName: container.name,
        ]
      }
    ).sorted { $0.createdAt > $1.createdAt }
    for run in isPrevious ? all.dropFirst() : all[...] {
      do {
        return try await runtime.containerStatus(ContainerID(run.id))
      } catch RuntimeError.notFound {
        continue
      }
    }
    throw APIError.badRequest(
      isPrevious
        ? "previous terminated container \"\(container.name)\" in pod \"\(container.pod)\" not found"
        : "container \"\(container.name)\" in pod \"\(container.pod)\" is waiting to start: "
          + "ContainerCreating")
  }

  /// Asked this often whether a followed container has ended: the log file itself wakes the reader
  /// for every line, so this only decides when a quiet log is over.
  private static let endCheckPause = Duration.seconds(1)

  private static func waitForEnd(of container: ContainerID, _ runtime: any ContainerRuntime) async {
    while !Task.isCancelled {
      do {
        if try await runtime.containerStatus(container).state != .running { return }
        try await ContinuousClock().sleep(for: endCheckPause)
      } catch {
        return  // Gone, or nobody waits any more.
      }
    }
  }
}

extension APIError {
  /// As an answer: a `Status` object in JSON.
  var answer: ServerResponse {
    ServerResponse(status: code, contentType: "application/json", body: status.json)
  }
}
