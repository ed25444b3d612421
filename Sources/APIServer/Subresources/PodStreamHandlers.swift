import Foundations
import Networking
import Resources
import Store

/// `exec`, `attach` and `portforward`: hands the client's stream to the agent of the pod's node.
struct PodStreamHandler: ResourceHandler {
  enum Kind: String {
    case exec, attach, portForward
  }

  let kind: Kind
  let connections: Renewable<NodeConnections>
  let reader: CacheReader

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    _ = try call.collection().get(namespace: call.namespace, name: try call.name())
    let options =
      kind == .portForward
      ? ConnectOptions.portForward(call.query)
      : ConnectOptions.command(call.query, isExec: kind == .exec)
    try call.collection().askWebhooks(
      try call.connection(options), Collection.WriteContext(user: call.user),
      failed: { responder.send($0, for: call.request) },
      then: { () throws(APIError) in try connect(call, responder) })
  }

  private func connect(_ call: APICall, _ responder: Responder) throws(APIError) {
    let pod = try RunningPod(call, reader)
    let target: String
    switch kind {
    case .exec, .attach:
      let options = RemoteCommandOptions(podQuery: call.query)
      if let problem = options.problem { throw .badRequest(problem) }
      if kind == .exec && options.command.isEmpty {
        throw .badRequest("you must specify at least one command for the container")
      }
      let container = try pod.container(named: options.container)
      let path = "/\(kind.rawValue)/\(pod.namespace)/\(pod.name)/\(container)"
      target = "\(path)?\(options.agentQuery.encoded)"
    case .portForward:
      target = "/portForward/\(pod.namespace)/\(pod.name)?\(call.query.encoded)"
    }
    let endpoint = StreamingEndpoint(host: pod.host, port: pod.port, tls: connections.current.tls)
    let request = call.request
    // Lives as long as the session: it ends when either side closes its connection.
    Task { await UpgradeProxy().forward(request, to: endpoint, target: target, responder) }
  }
}

/// `log`: a container's output, from the agent of its node.
struct PodLogHandler: ResourceHandler {
  let connections: Renewable<NodeConnections>
  let reader: CacheReader

  func handle(_ call: APICall, _ responder: Responder) throws(APIError) {
    let pod = try RunningPod(call, reader)
    let container = try pod.container(named: call.query["container"] ?? "")
    var query = call.query.items.filter { $0.name != "container" }
    query.removeAll { $0.value.isEmpty && $0.name != "previous" && $0.name != "follow" }
    let target =
      "/containerLogs/\(pod.namespace)/\(pod.name)/\(container)?\(QueryItems(query).encoded)"
    let proxy = NodeRequest(connections: connections, host: pod.host, port: pod.port)
    // Browsers and old clients read a log in a WebSocket.
    let responder =
      WebSocketHandshake.isAsked(by: call.request.headers)
      ? responder.overWebSocket(call.request) : responder
    // Lives until the agent has sent everything or the client is gone.
    let task = Task { await proxy.pass(target, responder, for: call.request) }
    responder.onCancel { task.cancel() }
  }
}

/// A pod that has a node, with the way to the node's agent.
struct RunningPod {
  let namespace: String
  let name: String
  let host: String
  let port: Int
  private let pod: Pod

  /// - Throws: 404 without the pod, 400 while it has no node or its node cannot be reached.
  init(_ call: APICall, _ reader: CacheReader) throws(APIError) {
    name = try call.name()
    namespace = call.namespace ?? ""
    pod = Pod(try call.collection().get(namespace: namespace, name: name).document)
    let node = pod.spec.nodeName ?? ""
    guard !node.isEmpty else { throw .badRequest("pod \(name) does not have a host assigned") }
    guard let found = reader.object(.nodes, "", node),
      let address = NodeConnections.address(of: found)
    else {
      throw .internalError("node \"\(node)\" of pod \(name) has no address to reach its agent at")
    }
    (host, port) = address
  }

  /// The container that is meant: the one named, or the pod's only or default one.
  func container(named wanted: String) throws(APIError) -> String {
    let all = pod.spec.containers.map(\.name)
    let others =
      pod.spec.initContainers.map(\.name)
      + pod.spec.ephemeralContainers.map { $0.document["name"]?.string ?? "" }
    if wanted.isEmpty {
      if let chosen = pod.metadata.annotations["kubectl.kubernetes.io/default-container"],
        all.contains(chosen)
      {
        return chosen
      }
      if all.count == 1 { return all[0] }
      var list =
        "a container name must be specified for pod \(name), choose one of: [\(all.joined(separator: " "))]"
      if !pod.spec.initContainers.isEmpty {
        list +=
          " or one of the init containers: [\(pod.spec.initContainers.map(\.name).joined(separator: " "))]"
      }
      throw .badRequest(list)
    }
    guard all.contains(wanted) || others.contains(wanted) else {
      throw .badRequest("container \(wanted) is not valid for pod \(name)")
    }
    return wanted
  }
}
