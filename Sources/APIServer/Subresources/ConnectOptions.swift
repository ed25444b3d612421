import Networking
import Resources

/// The query of a request that connects to something, as the object that admission sees.
/// Source: core/v1 PodExecOptions, PodAttachOptions, PodPortForwardOptions, PodProxyOptions.
enum ConnectOptions {
  static func command(_ query: QueryItems, isExec: Bool) -> Document {
    let asked = RemoteCommandOptions(podQuery: query)
    var options = Document.emptyObject
    let flags = [
      ("stdin", asked.hasStdin), ("stdout", asked.hasStdout), ("stderr", asked.hasStderr),
      ("tty", asked.isTTY),
    ]
    for (name, isSet) in flags where isSet { options[name] = true }
    if !asked.container.isEmpty { options["container"] = Document(asked.container) }
    if isExec { options["command"] = Document(asked.command.map { Document($0) }) }
    return options
  }

  static func portForward(_ query: QueryItems) -> Document {
    let ports = query.values(of: "ports").flatMap { $0.split(separator: ",") }
      .compactMap { Int($0) }
    return ports.isEmpty ? .emptyObject : ["ports": Document(ports.map { Document($0) })]
  }

  /// - Parameter path: what follows `proxy` on the URL, with its query.
  static func proxy(path: String) -> Document {
    path.isEmpty ? .emptyObject : ["path": Document(path)]
  }
}

extension APICall {
  /// What webhooks hear of a request that connects.
  func connection(_ options: Document) throws(APIError) -> Collection.Errand {
    guard let subresource = path.subresource else { throw .wrongMethod }
    let names = [
      "exec": "ExecOptions", "attach": "AttachOptions", "portforward": "PortForwardOptions",
      "proxy": "ProxyOptions",
    ]
    let kind = type.kind + (names[subresource] ?? "")
    return Collection.Errand(
      operation: .connect, namespace: namespace, name: try name(), subresource: subresource,
      object: options, kind: GroupVersionKind(group: "", version: "v1", kind: kind))
  }

  /// What webhooks hear of an object that is created under another.
  func creation(_ object: Document, of kind: GroupVersionKind) throws(APIError)
    -> Collection.Errand
  {
    guard let subresource = path.subresource else { throw .wrongMethod }
    return Collection.Errand(
      operation: .create, namespace: namespace, name: try name(), subresource: subresource,
      object: object, kind: kind)
  }
}
