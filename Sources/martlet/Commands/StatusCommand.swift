import ArgumentParser
import CLinux
import Diagnosis
import Foundations
import Networking
import Resources
import Security

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract:
      "Show a cluster at a glance: nodes, workloads, what is wrong, why, and what to change.",
    discussion: """
      Works with any cluster that serves Kubernetes' API. Ends with 0 where nothing is wrong, with 1 \
      where something is (warnings do not count), and with 2 where the cluster cannot be asked.
      """)

  @Option(help: "The cluster's kubeconfig; without it KUBECONFIG's, else this server's own")
  var kubeconfig: String?

  @Option(name: .shortAndLong, help: "Look at one namespace only")
  var namespace: String?

  @Flag(name: .shortAndLong, help: "Go on, and show what changes, until interrupted")
  var watch = false

  @Option(name: .shortAndLong, help: "text or json")
  var output: Output = .text

  enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

  private static let unknown: Int32 = 2

  func run() async throws {
    do {
      let access = try RemoteAccess(kubeconfig: kubeconfig)
      if watch {
        try await TerminationSignals.cancelling { try await follow(access) }
      } else {
        let reader = ClusterReader(access, namespace: namespace)
        let version = try await access.version()
        let picture = try await reader.picture(of: try await reader.list(), now: .now())
        let report = StatusReport(picture, server: access.server, version: version)
        show(report)
        if !report.isHealthy { throw ExitCode.failure }
      }
    } catch is CancellationError {
      return
    } catch let error as ExitCode {
      throw error
    } catch {
      ProcessLog.writeError("martlet: the cluster cannot be asked: \(error)\n")
      throw ExitCode(Self.unknown)
    }
  }

  private func follow(_ access: RemoteAccess) async throws {
    let version = try await access.version()
    try await LivePicture(access, namespace: namespace).run { result in
      switch result {
      case .success(let picture):
        show(StatusReport(picture, server: access.server, version: version))
      case .failure(let error):
        ProcessLog.writeError("martlet: the cluster cannot be asked: \(error)\n")
      }
    }
  }

  private func show(_ report: StatusReport) {
    switch output {
    case .json: print(report.document.jsonText)
    case .text:
      // The new picture takes the place of the one before.
      if watch && Self.isTerminal { print("\u{1b}[H\u{1b}[2J", terminator: "") }
      print(report.text(Self.look), terminator: watch && !Self.isTerminal ? "\n" : "")
    }
    fflush(nil)
  }

  private static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  private static var look: StatusReport.Look {
    guard isTerminal else { return StatusReport.Look() }
    let environment = ProcessFacts.environment
    let isColored = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    var size = winsize()
    let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return StatusReport.Look(isColored: isColored, width: hasSize ? Int(size.ws_col) : nil)
  }
}
