/// One thing that must hold for a server to be well. Names are kube-apiserver's where it checks the
/// same: monitoring looks for them.
package struct HealthCheck: Sendable {
  package let name: String
  package let pages: Set<HealthPage>
  /// `nil` when it holds, else one sentence why not.
  package let problem: @Sendable () async -> String?

  package init(
    _ name: String, on pages: Set<HealthPage> = Set(HealthPage.allCases),
    problem: @escaping @Sendable () async -> String?
  ) {
    self.name = name
    self.pages = pages
    self.problem = problem
  }

  /// That requests are answered at all.
  static let ping = HealthCheck("ping") { nil }
}

/// The pages that tell how a server is.
/// Source: Kubernetes documentation, "Kubernetes API health endpoints".
package enum HealthPage: String, CaseIterable, Sendable {
  /// As `live`; older clients ask for it.
  case health = "healthz"
  /// Whether a restart would help.
  case live = "livez"
  /// Whether requests should be sent here.
  case ready = "readyz"
}
