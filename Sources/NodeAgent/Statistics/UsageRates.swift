import Foundations

/// How fast the processor was used between two samples. Pure.
struct UsageRates: Equatable, Sendable {
  let sample: UsageSample
  let host: Rate
  /// By container ID. A container that the earlier sample does not hold has the rate since its start.
  let containers: [String: Rate]

  struct Rate: Equatable, Sendable {
    /// Billionths of a CPU.
    var nanocores: UInt64
    /// What it is the mean of.
    var window: Duration
  }

  init(from earlier: UsageSample, to sample: UsageSample) {
    self.sample = sample
    host = Self.rate(earlier.host, sample.host) ?? Rate(nanocores: 0, window: .zero)
    let known = Dictionary(
      earlier.containers.map { ($0.id, $0.usage) }, uniquingKeysWith: { first, _ in first })
    var rates: [String: Rate] = [:]
    for container in sample.containers {
      rates[container.id] =
        known[container.id].map { Self.rate($0, container.usage) } ?? Self.sinceStart(container)
    }
    containers = rates
  }

  /// - Returns: `nil` where no time passed, or the count began anew.
  private static func rate(_ old: UsageSample.Usage, _ new: UsageSample.Usage) -> Rate? {
    guard new.cpuNanoseconds >= old.cpuNanoseconds else { return nil }
    return rate(new.cpuNanoseconds - old.cpuNanoseconds, in: old.time.distance(to: new.time))
  }

  private static func sinceStart(_ container: UsageSample.Container) -> Rate? {
    container.startedAt.flatMap {
      rate(container.usage.cpuNanoseconds, in: $0.distance(to: container.usage.time))
    }
  }

  private static func rate(_ used: UInt64, in window: Duration) -> Rate? {
    let seconds = window / .seconds(1)
    guard seconds > 0 else { return nil }
    return Rate(nanocores: UInt64(Double(used) / seconds), window: window)
  }
}
