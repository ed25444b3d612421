import ContainerRuntimeInterface
import Foundations

/// Reads what this node and its containers use when somebody asks, and at no other time.
///
/// A rate needs two samples. The later one of the last answer is the earlier one of the next, so who
/// asks regularly waits for nothing; the first to ask waits for `firstWindow`.
package actor UsageSampler {
  private let runtime: any ContainerRuntime
  private let pods: NodePods
  private var latest: (sample: UsageSample, rates: UsageRates?, takenAt: ContinuousClock.Instant)?

  /// Numbers this old are given again. Below upstream's 15 seconds between scrapes.
  private static let freshness = Duration.seconds(10)
  /// A sample older than this says little of the present.
  private static let ageMax = Duration.seconds(120)
  private static let firstWindow = Duration.seconds(1)

  package init(runtime: any ContainerRuntime, pods: NodePods) {
    self.runtime = runtime
    self.pods = pods
  }

  func rates() async throws -> UsageRates {
    if let latest, let rates = latest.rates, age(latest.takenAt) < Self.freshness { return rates }
    if latest.map({ age($0.takenAt) > Self.ageMax }) ?? true {
      latest = (try await sample(), nil, .now)
      try await ContinuousClock().sleep(for: Self.firstWindow)
    }
    let sample = try await sample()
    // Another caller may have come first.
    if let latest, let rates = latest.rates, age(latest.takenAt) < Self.freshness { return rates }
    let rates = UsageRates(from: latest?.sample ?? sample, to: sample)
    latest = (sample, rates, .now)
    return rates
  }

  private func age(_ instant: ContinuousClock.Instant) -> Duration { ContinuousClock.now - instant }

  private func sample() async throws -> UsageSample {
    let statistics = try await runtime.containerStatistics(matching: nil)
    return UsageSample(
      host: try HostUsage.read(), at: .now(), statistics, pods: pods.all)
  }
}
