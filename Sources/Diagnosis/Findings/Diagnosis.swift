/// Looks for what is wrong. Pure: the same picture gives the same findings in the same order.
package enum Diagnosis {
  private static let rules: [@Sendable (ClusterPicture) -> [Finding]] = [
    NodeFindings.all, PodFindings.all, WorkloadFindings.all, JobFindings.all, VolumeFindings.all,
    ServiceFindings.all, IngressFindings.all, AutoscalerFindings.all, ExtensionFindings.all,
    LimitFindings.all, CertificateFindings.all, TerminationFindings.all,
  ]

  /// Cost is O(objects), but for Services and budgets, which look at all pods of their namespace.
  package static func findings(in picture: ClusterPicture) -> [Finding] {
    var found = rules.flatMap { $0(picture) }
    found += TooFewReady.all(picture, besides: found)
    return found.sorted()
  }
}

/// How long things may take before somebody should look: most of what is slow is done by then.
enum Patience {
  /// A pod that gets its volumes and images.
  static let start = Duration.seconds(60)
  /// A container that runs and is not ready, beyond its probe's own delay.
  static let readiness = Duration.seconds(60)
  /// An object that was deleted, beyond its own grace.
  static let termination = Duration.seconds(60)
  /// A workload without another finding.
  static let workload = Duration.seconds(120)
  /// An address from outside, or a volume that is asked for.
  static let provision = Duration.seconds(30)
  /// How long a restart counts as recent.
  static let restart = Duration.seconds(600)
}
