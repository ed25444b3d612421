import ContainerRuntimeInterface
package import NIOCore
import NIOPosix

/// Carries out probes and hooks.
package struct ContainerCheck: Sendable {
  private let runtime: any ContainerRuntime
  private let http: ProbeHTTPClient
  private let grpc: GRPCHealthCheck
  private let group: any EventLoopGroup
  private let clock: any Clock<Duration>

  package init(
    runtime: any ContainerRuntime, group: any EventLoopGroup,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.runtime = runtime
    self.group = group
    self.clock = clock
    http = ProbeHTTPClient(group: group)
    grpc = GRPCHealthCheck(group: group)
  }

  /// Never throws: whatever goes wrong is the container's failure.
  package func perform(
    _ target: ProbeTarget, in container: ContainerID, timeout: Duration
  ) async -> ProbeResult {
    switch target {
    case .command(let command): await run(command, in: container, timeout: timeout)
    case .http(let check): await ask(check, timeout: timeout)
    case .tcp(let host, let port): await connect(host, port, timeout: timeout)
    case .grpc(let host, let port, let service):
      await grpc.check(host: host, port: port, service: service, timeout: timeout)
    case .sleep(let duration): await sleep(duration)
    }
  }

  private func sleep(_ duration: Duration) async -> ProbeResult {
    do {
      try await clock.sleep(for: duration)
      return .success
    } catch {
      return .failure("interrupted")
    }
  }

  // MARK: Commands

  private func run(
    _ command: [String], in container: ContainerID, timeout: Duration
  ) async -> ProbeResult {
    do {
      let outcome = try await runtime.execSync(command, in: container, limit: timeout)
      if outcome.exitCode == 0 { return .success }
      let output = String(decoding: outcome.stdout + outcome.stderr, as: UTF8.self)
      return .failure(
        output.isEmpty ? "command exited with code \(outcome.exitCode)" : Self.short(output))
    } catch RuntimeError.timedOut {
      return .failure(
        "command timed out: \"\(command.joined(separator: " "))\" timed out after \(timeout)")
    } catch {
      return .failure("\(error)")
    }
  }

  // MARK: HTTP

  /// Source: Go's net/http, which upstream's probes follow redirects with.
  private static let redirectsMax = 10

  private func ask(_ first: ProbeTarget.HTTPCheck, timeout: Duration) async -> ProbeResult {
    var check = first
    let scheme = first.isTLS ? "https" : "http"
    for _ in 0...Self.redirectsMax {
      let answer: ProbeHTTPClient.Answer
      do {
        answer = try await http.get(check, timeout: timeout)
      } catch {
        return .failure(
          "Get \"\(scheme)://\(check.host):\(check.port)\(check.path)\": \(Self.words(error))")
      }
      switch answer.status {
      case 300..<400:
        guard let location = answer.location,
          let next = HTTPRedirect.follow(location, from: check)
        else {
          return .warning(
            "Probe terminated redirects, Response body: \(Self.short(answer.body))")
        }
        check = next
      case 200..<300: return .success
      default: return .failure("HTTP probe failed with statuscode: \(answer.status)")
      }
    }
    return .failure(
      "Get \"\(scheme)://\(first.host):\(first.port)\(first.path)\": stopped after 10 redirects")
  }

  // MARK: TCP

  private func connect(_ host: String, _ port: Int, timeout: Duration) async -> ProbeResult {
    do {
      let channel = try await ClientBootstrap(group: group)
        .connectTimeout(TimeAmount(timeout))
        .connect(host: host, port: port).get()
      channel.close(promise: nil)
      return .success
    } catch {
      return .failure("dial tcp \(host):\(port): \(Self.words(error))")
    }
  }

  /// NIO wraps the reason in its history of attempts.
  private static func words(_ error: any Error) -> String {
    if let error = error as? NIOConnectionError, let attempt = error.connectionErrors.first {
      return "connect: \(words(attempt.error))"
    }
    if case ChannelError.connectTimeout = error { return "i/o timeout" }
    if let error = error as? IOError {
      return error.errnoCode == connectionRefused ? "connection refused" : "\(error)"
    }
    return "\(error)"
  }

  /// ECONNREFUSED on Linux.
  private static let connectionRefused: Int32 = 111

  /// Bytes of a container's output that an event has room for.
  private static let outputMax = 1024

  private static func short(_ text: String) -> String {
    let trimmed = text.utf8.prefix(outputMax)
    return String(decoding: trimmed, as: UTF8.self)
  }
}
