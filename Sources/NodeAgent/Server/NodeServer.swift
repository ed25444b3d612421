import ContainerRuntimeInterface
import Foundations
package import Networking
import Resources
import SwiftProtobuf

/// The node agent's own API: what the API server asks it for on behalf of clients. Its paths are
/// kubelet's. Only clients whose certificate the cluster's CA signed for an administrator or the
/// API server are answered.
package final class NodeServer: RequestHandler {
  private let runtime: any ContainerRuntime
  private let streams: AgentStreamHandler
  private let watcher: FileWatcher

  package init(runtime: any ContainerRuntime, watcher: FileWatcher) {
    self.runtime = runtime
    self.watcher = watcher
    streams = AgentStreamHandler(runtime: runtime)
  }

  private static let trustedGroup = "system:masters"

  package func handle(_ request: ServerRequest, _ responder: Responder) {
    if request.path == "/healthz" {
      return responder.send(
        ServerResponse(status: 200, contentType: "text/plain", body: Array("ok".utf8)))
    }
    guard let peer = request.connection.peer, peer.notValidAfter >= Timestamp.now().seconds else {
      return responder.send(APIError.unauthorized.answer)
    }
    guard peer.organizations.contains(Self.trustedGroup) else {
      return responder.send(
        APIError(
          code: 403, reason: .forbidden,
          message: "user \"\(peer.commonName)\" may not use the node agent").answer)
    }
    if let route = AgentStreamRoute(path: request.path) {
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

  /// `/containerLogs/NAMESPACE/POD/CONTAINER`
  private static func logRoute(_ path: String) -> AgentStreamRoute.Container? {
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count == 4, parts[0] == "containerLogs" else { return nil }
    return AgentStreamRoute.Container(namespace: parts[1], pod: parts[2], name: parts[3])
  }

  // MARK: Logs

  private func sendLog(
    of container: AgentStreamRoute.Container, _ request: ServerRequest, _ responder: Responder
  ) async {
    do {
      let options = try Self.options(of: request.query)
      let isPrevious = request.query["previous"].map { $0 != "false" } ?? false
      let found = try await attempt(of: container, isPrevious: isPrevious)
      let status = try await runtime.containerStatus(ContainerID(found.id))
      let reader = ContainerLogReader(path: status.logPath, options: options, watcher: watcher)
      let writer = responder.stream(
        ResponseHead(status: 200, headers: ["content-type": "text/plain"]))
      try await reader.read(untilAfter: { [runtime] in
        await Self.waitForEnd(of: ContainerID(found.id), runtime)
      }) { bytes in
        guard writer.write(bytes) else { throw CancellationError() }
        await writer.waitUntilWritable()
      }
      writer.finish()
    } catch let error as APIError {
      responder.send(error.answer)
    } catch is CancellationError {
      return
    } catch {
      responder.send(APIError.internalError("the log cannot be read: \(error)").answer)
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

  /// The newest container of that name, or the one before it.
  private func attempt(of container: AgentStreamRoute.Container, isPrevious: Bool) async throws
    -> CRIContainer
  {
    let all = try await runtime.containers(
      matching: .with {
        $0.labelSelector = [
          "io.kubernetes.pod.namespace": container.namespace,
          "io.kubernetes.pod.name": container.pod,
          "io.kubernetes.container.name": container.name,
        ]
      }).sorted { $0.createdAt > $1.createdAt }
    if isPrevious {
      guard all.count > 1 else {
        throw APIError.badRequest(
          "previous terminated container \"\(container.name)\" in pod \"\(container.pod)\" not found")
      }
      return all[1]
    }
    guard let newest = all.first else {
      throw APIError.badRequest(
        "container \"\(container.name)\" in pod \"\(container.pod)\" is waiting to start: ContainerCreating")
    }
    return newest
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
  fileprivate var answer: ServerResponse {
    ServerResponse(status: code, contentType: "application/json", body: status.json)
  }
}
