package import Resources

/// A probe's numbers with their defaults.
/// Source: Kubernetes documentation, "Configure Liveness, Readiness and Startup Probes".
package struct ProbeSettings: Equatable, Sendable {
  package var initialDelay: Duration
  package var period: Duration
  package var timeout: Duration
  package var successThreshold: Int
  package var failureThreshold: Int
  /// For the kill that a failed probe leads to; `nil` for the pod's own.
  package var grace: Duration?

  package init(_ probe: Probe) {
    initialDelay = .seconds(probe.initialDelaySeconds ?? 0)
    period = .seconds(max(1, probe.periodSeconds ?? 10))
    timeout = .seconds(max(1, probe.timeoutSeconds ?? 1))
    successThreshold = max(1, probe.successThreshold ?? 1)
    failureThreshold = max(1, probe.failureThreshold ?? 3)
    grace = probe.terminationGracePeriodSeconds.map { .seconds($0) }
  }
}

package enum ProbeKind: String, Sendable {
  case startup = "Startup"
  case readiness = "Readiness"
  case liveness = "Liveness"
}

/// What one look at a container said.
package enum ProbeResult: Equatable, Sendable {
  case success
  /// Well, with something to say: an answer that leads elsewhere.
  case warning(String)
  case failure(String)

  package var isSuccess: Bool { if case .failure = self { false } else { true } }
}

/// Counts results until enough of one kind came in a row. Pure.
package struct ProbeCounter: Equatable, Sendable {
  private let settings: ProbeSettings
  private var lastWasSuccess: Bool?
  private var inARow = 0
  /// What holds now; `nil` before there was enough to tell.
  package private(set) var verdict: Bool?

  /// - Parameter initial: what holds before the first result.
  package init(_ settings: ProbeSettings, initial: Bool?) {
    self.settings = settings
    verdict = initial
  }

  /// - Returns: the new verdict where it changed.
  package mutating func note(isSuccess: Bool) -> Bool? {
    inARow = lastWasSuccess == isSuccess ? inARow + 1 : 1
    lastWasSuccess = isSuccess
    let threshold = isSuccess ? settings.successThreshold : settings.failureThreshold
    guard inARow >= threshold, verdict != isSuccess else { return nil }
    verdict = isSuccess
    return isSuccess
  }
}
