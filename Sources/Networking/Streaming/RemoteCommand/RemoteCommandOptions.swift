/// What one exec or attach is to do: the query of the request.
package struct RemoteCommandOptions: Equatable, Sendable {
  /// Empty where the request names none.
  package var container = ""
  /// The command and its arguments; empty for attach.
  package var command: [String] = []
  package var hasStdin = false
  package var hasStdout = false
  package var hasStderr = false
  package var isTTY = false

  package init() {}

  /// Reads the query of `pods/NAME/exec` and `pods/NAME/attach`: `container`, `command` (repeated),
  /// `stdin`, `stdout`, `stderr`, `tty`. Source: `PodExecOptions` and `PodAttachOptions` of core/v1.
  package init(podQuery query: QueryItems) {
    container = query["container"] ?? ""
    command = query.values(of: "command")
    hasStdin = query.flag("stdin")
    hasStdout = query.flag("stdout")
    hasStderr = query.flag("stderr")
    isTTY = query.flag("tty")
    dropStderrOfTTY()
  }

  /// Reads the query of the node agent's `/exec/...` and `/attach/...`, whose container is in the
  /// path: `command`, `input`, `output`, `error`, `tty`. Source: kubelet's API.
  package init(agentQuery query: QueryItems, container: String) {
    self.container = container
    command = query.values(of: "command")
    hasStdin = query.flag("input")
    hasStdout = query.flag("output")
    hasStderr = query.flag("error")
    isTTY = query.flag("tty")
    dropStderrOfTTY()
  }

  /// The query for the node agent; the container goes into its path.
  package var agentQuery: QueryItems {
    var items = command.map { QueryItems.Item(name: "command", value: $0) }
    let flags = [
      ("input", hasStdin), ("output", hasStdout), ("error", hasStderr), ("tty", isTTY),
    ]
    for (name, isSet) in flags where isSet { items.append(.init(name: name, value: "1")) }
    return QueryItems(items)
  }

  /// Why these options cannot be served, or `nil`.
  package var problem: String? {
    hasStdin || hasStdout || hasStderr
      ? nil : "you must specify at least 1 of stdin, stdout, stderr"
  }

  /// A terminal has one output.
  private mutating func dropStderrOfTTY() {
    if isTTY { hasStderr = false }
  }
}

extension QueryItems {
  /// A boolean of the API in a query: there and neither `0` nor `false`.
  fileprivate func flag(_ name: String) -> Bool {
    guard let value = self[name] else { return false }
    return value != "0" && value.lowercased() != "false"
  }
}
