import Networking
import Resources
import Security

/// Asks a server that was just started until it answers.
struct Readiness {
  /// Where the server writes how to reach it.
  let kubeconfig: String
  let nodeName: String

  private static let pause: Duration = .milliseconds(100)

  enum State: Equatable {
    /// It has not written its kubeconfig, or does not take connections.
    case silent
    /// It answers, but not yet well.
    case starting(String)
    case ready
  }

  /// Whether the API server answers `/readyz`.
  func apiState(_ transport: HTTPTransport) async throws -> State {
    do {
      let answer = try await transport.send(
        ClientRequest(.get, "/readyz"), timeout: .seconds(5))
      return answer.status == 200 ? .ready : .starting("/readyz answers \(answer.status)")
    } catch let error as CancellationError {
      throw error
    } catch {
      return .silent
    }
  }

  /// Whether the node's Ready condition is true.
  func nodeState(_ transport: HTTPTransport) async throws -> State {
    do {
      let node = try await RemoteClusterClient(transport)
        .get(.nodes, namespace: nil, name: nodeName)
      let ready = node.value(at: ["status", "conditions"])?.elements
        .first { $0["type"]?.string == "Ready" }
      if ready?["status"]?.string == "True" { return .ready }
      return .starting(ready?["message"]?.string ?? "it has not reported yet")
    } catch let error as CancellationError {
      throw error
    } catch {
      return .starting("it has not registered yet")
    }
  }

  /// `nil` until the server has written its kubeconfig.
  func transport() -> HTTPTransport? {
    // Before it is there, and whole, there is nothing to connect to.
    guard let connection = try? ClusterConnection(kubeconfig: kubeconfig),
      let server = ServerURL(connection.server)
    else { return nil }
    var configuration = ClientConfiguration(server: server)
    configuration.certificateAuthorityPEM = connection.authorityPEM
    configuration.clientCertificatePEM = connection.identity?.certificateChainPEM
    configuration.clientKeyPEM = connection.identity?.privateKeyPEM.exposed
    return HTTPTransport(configuration)
  }

  /// Repeats `ask` until it is content.
  /// - Parameter isAlive: ends the wait early where the server gave up.
  /// - Returns: the last state: `.ready`, or whatever it was when the limit or the server ended.
  func wait(
    upTo limit: Duration, isAlive: () async throws -> Bool, for ask: () async throws -> State
  ) async throws -> State {
    let end = ContinuousClock.now + limit
    var state = State.silent
    while ContinuousClock.now < end {
      state = try await ask()
      if state == .ready { return state }
      guard try await isAlive() else { return state }
      // Nothing tells a client outside when a server is ready.
      try await Task.sleep(for: Self.pause)
    }
    return state
  }
}
