import Foundations
import Networking
package import Settings

/// `martlet up`: from a program to a cluster that runs pods, told step by step. Repeated, it
/// changes nothing.
package struct ClusterStart: Sendable {
  private let resolved: ResolvedSettings
  private let arguments: [String]
  private let installation: Installation
  private let service: any ServiceHost
  private let say: @Sendable (String) -> Void

  private static let apiLimit: Duration = .seconds(60)
  /// The runtime is started, its image imported, the node registered.
  private static let nodeLimit: Duration = .seconds(120)

  /// - Parameters:
  ///   - file: the settings' file that was named, if any.
  ///   - say: prints one line of progress.
  package init(
    _ resolved: ResolvedSettings, file: String?, say: @escaping @Sendable (String) -> Void
  ) {
    self.resolved = resolved
    arguments = ServiceArguments.make(resolved, file: file)
    installation = Installation(resolved.settings)
    service = .ofThisMachine(installation)
    self.say = say
  }

  /// - Throws: one sentence that says what keeps the cluster from running.
  package func run() async throws {
    let programChanged = try ProgramCopy(installation: installation).install()
    let wasRunning = try await service.isRunning(arguments)
    if programChanged { say("program: \(installation.program)") }
    if !wasRunning || programChanged {
      try await service.start(arguments)
      say("server:  started (\(service.words))")
    }
    let started = ContinuousClock.now
    let transport = try await waitForAPI()
    defer { transport.close() }
    if !wasRunning || programChanged {
      say("api:     ready at port \(resolved.settings.apiPort) after \(seconds(since: started))")
    }
    try await waitForNode(transport)
    if wasRunning, !programChanged {
      say("Martlet runs already; nothing was changed.")
    } else {
      say("node:    \(resolved.settings.nodeName) is Ready after \(seconds(since: started))")
    }
    for line in nextSteps { say(line) }
  }

  private var readiness: Readiness {
    Readiness(
      kubeconfig: resolved.settings.adminKubeconfig, nodeName: resolved.settings.nodeName)
  }

  private func waitForAPI() async throws -> HTTPTransport {
    var transport: HTTPTransport?
    let state = try await readiness.wait(upTo: Self.apiLimit, isAlive: service.isAlive) {
      if transport == nil { transport = readiness.transport() }
      guard let transport else { return .silent }
      return try await readiness.apiState(transport)
    }
    guard state == .ready, let transport else {
      throw ServiceError(
        "the API server is not ready; its last words:\n\(try await service.lastWords())")
    }
    return transport
  }

  private func waitForNode(_ transport: HTTPTransport) async throws {
    let state = try await readiness.wait(upTo: Self.nodeLimit, isAlive: service.isAlive) {
      try await readiness.nodeState(transport)
    }
    switch state {
    case .ready: return
    case .silent, .starting:
      let why = if case .starting(let reason) = state { reason } else { "the server is gone" }
      throw ServiceError(
        "the node \(resolved.settings.nodeName) is not Ready: \(why); the server's last words:\n"
          + (try await service.lastWords()))
    }
  }

  private func seconds(since start: ContinuousClock.Instant) -> String {
    let milliseconds = (ContinuousClock.now - start) / .milliseconds(100)
    return "\((milliseconds).rounded() / 10) s"
  }

  private var nextSteps: [String] {
    [
      "", "kubeconfig: \(resolved.settings.adminKubeconfig)", "Try:",
      "  export KUBECONFIG=\(resolved.settings.adminKubeconfig)",
      "  kubectl get nodes -o wide", "  kubectl get pods -A",
    ]
  }
}
