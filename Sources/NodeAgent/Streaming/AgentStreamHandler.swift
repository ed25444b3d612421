import ContainerRuntimeInterface
package import Networking
import Resources
import SwiftProtobuf

/// The node agent's side of exec, attach and port-forward: asks the runtime for a stream and joins
/// it with the client's. Whoever mounts it has authenticated and authorized the request.
package struct AgentStreamHandler: Sendable {
  private let runtime: any ContainerRuntime
  private let targets: StreamTargets
  private let commands: RemoteCommandHandler
  private let ports: PortForwardHandler

  package init(
    runtime: any ContainerRuntime, commands: RemoteCommandHandler = RemoteCommandHandler(),
    ports: PortForwardHandler = PortForwardHandler()
  ) {
    self.runtime = runtime
    self.targets = StreamTargets(runtime: runtime)
    self.commands = commands
    self.ports = ports
  }

  /// Answers `request` and returns when its session is over.
  package func serve(
    _ route: AgentStreamRoute, _ request: ServerRequest, _ responder: Responder
  ) async {
    switch route {
    case .exec(let container):
      let options = RemoteCommandOptions(agentQuery: request.query, container: container.name)
      await commands.serve(request, options, responder) {
        guard !options.command.isEmpty else {
          throw APIError.badRequest("you must specify at least 1 command")
        }
        return try await open { try await execURL(container, options) }
      }
    case .attach(let container):
      let options = RemoteCommandOptions(agentQuery: request.query, container: container.name)
      await commands.serve(request, options, responder) {
        try await open { try await attachURL(container, options) }
      }
    case .portForward(let namespace, let pod):
      await ports.serve(request, responder) { query in
        .streamingURL(
          try await answeringErrors {
            let sandbox = try await targets.sandbox(namespace: namespace, pod: pod)
            return try await runtime.portForwardURL(
              .with {
                $0.podSandboxID = sandbox.rawValue
                $0.port = query.ports.map { Int32($0) }
              })
          })
      }
    }
  }

  private func open(_ url: () async throws -> String) async throws -> RemoteCommandHandler.Target {
    .streamingURL(try await answeringErrors(url))
  }

  private func execURL(
    _ container: AgentStreamRoute.Container, _ options: RemoteCommandOptions
  ) async throws -> String {
    let id = try await targets.container(container)
    return try await runtime.execURL(
      .with {
        $0.containerID = id.rawValue
        $0.cmd = options.command
        $0.tty = options.isTTY
        $0.stdin = options.hasStdin
        $0.stdout = options.hasStdout
        $0.stderr = options.hasStderr
      })
  }

  private func attachURL(
    _ container: AgentStreamRoute.Container, _ options: RemoteCommandOptions
  ) async throws -> String {
    let id = try await targets.container(container)
    return try await runtime.attachURL(
      .with {
        $0.containerID = id.rawValue
        $0.tty = options.isTTY
        $0.stdin = options.hasStdin
        $0.stdout = options.hasStdout
        $0.stderr = options.hasStderr
      })
  }

  /// Puts the runtime's errors into the API's words.
  private func answeringErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch RuntimeError.notFound(let message) {
      throw APIError(code: 404, reason: .notFound, message: message)
    } catch let error as RuntimeError {
      throw APIError.internalError("\(error)")
    }
  }
}
