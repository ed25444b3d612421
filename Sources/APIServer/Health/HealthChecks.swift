package import Logging
import Networking
import Synchronization

/// Answers `/healthz`, `/livez` and `/readyz`, and below each the single checks, as kube-apiserver
/// does: anybody may ask, so a page tells which check fails and the log tells why.
package final class HealthChecks: Sendable {
  private let checks = Mutex([HealthCheck.ping])
  /// What was last logged about each check that fails.
  private let logged = Mutex<[String: String]>([:])
  private let logger: Logger

  package init(logger: Logger) { self.logger = logger }

  /// Adds a check behind those that are there.
  package func add(_ check: HealthCheck) { checks.withLock { $0.append(check) } }

  /// Answers later: checks may wait for the disk.
  /// - Parameter path: `/readyz`, `/readyz/NAME`.
  /// - Returns: `false` where the path is none of these.
  func answer(_ path: String, _ request: ServerRequest, _ responder: Responder) -> Bool {
    let parts = path.dropFirst().split(separator: "/", maxSplits: 1)
    guard let page = parts.first.flatMap({ HealthPage(rawValue: String($0)) }) else { return false }
    var chosen = checks.withLock { $0.filter { $0.pages.contains(page) } }
    let query = request.query
    if parts.count == 2 {
      chosen = chosen.filter { $0.name == parts[1] }
      guard !chosen.isEmpty else { return false }
    }
    let excluded = query.values(of: "exclude")
    let isVerbose = query["verbose"] != nil
    // A task, because the handler must not wait; it ends with the answer.
    Task { [chosen] in
      let report = await self.report(chosen, excluding: Set(excluded))
      let text = report.text(page, isVerbose: isVerbose)
      responder.send(.text(report.isGood ? 200 : 500, text))
    }
    return true
  }

  private func report(_ checks: [HealthCheck], excluding excluded: Set<String>) async
    -> HealthReport
  {
    var results: [HealthReport.Result] = []
    for check in checks {
      if excluded.contains(check.name) {
        results.append(.init(name: check.name, outcome: .excluded))
        continue
      }
      let problem = await check.problem()
      note(problem, of: check.name)
      results.append(.init(name: check.name, outcome: problem == nil ? .good : .bad))
    }
    let known = Set(checks.map(\.name))
    return HealthReport(results: results, unknownExclusions: excluded.subtracting(known).sorted())
  }

  /// Logs when a check begins to fail, fails otherwise, or holds again.
  private func note(_ problem: String?, of name: String) {
    let before = logged.withLock { logged in
      defer { logged[name] = problem }
      return logged[name]
    }
    guard before != problem else { return }
    if let problem {
      logger.warning("health check fails", metadata: ["check": "\(name)", "why": "\(problem)"])
    } else {
      logger.notice("health check holds again", metadata: ["check": "\(name)"])
    }
  }
}
