package import Foundations
import Synchronization

/// How long the calls of one plugin took, and how they ended. Any thread may add.
final class KeyServiceTally: Sendable {
  enum Method: String, Hashable, Sendable {
    case status = "Status"
    case encrypt = "Encrypt"
    case decrypt = "Decrypt"
  }

  private struct Key: Hashable {
    let method: Method
    /// gRPC's name.
    let status: String
  }

  /// Seconds. Source: upstream's `kms_operations_latency_seconds`.
  private static let bounds = (0..<20).map { 0.0001 * Double(1 << $0) }

  private let durations = Mutex<[Key: DurationHistogram]>([:])

  /// Makes a call, and counts it.
  func counted<Answer>(
    _ method: Method, _ call: () async throws(KeyServiceError) -> Answer
  ) async throws(KeyServiceError) -> Answer {
    let start = ContinuousClock.now
    do throws(KeyServiceError) {
      let answer = try await call()
      add(ContinuousClock.now - start, method, "OK")
      return answer
    } catch {
      add(ContinuousClock.now - start, method, error.status)
      throw error
    }
  }

  private func add(_ duration: Duration, _ method: Method, _ status: String) {
    let histogram = durations.withLock { durations in
      let key = Key(method: method, status: status)
      let known = durations[key] ?? DurationHistogram(bounds: Self.bounds)
      durations[key] = known
      return known
    }
    histogram.add(duration)
  }

  fileprivate func write(_ name: String, of provider: String, to text: inout MetricsText) {
    let all = durations.withLock { $0 }.sorted {
      ($0.key.method.rawValue, $0.key.status) < ($1.key.method.rawValue, $1.key.status)
    }
    for (key, histogram) in all {
      text.samples(
        name,
        [
          ("provider_name", provider), ("method_name", key.method.rawValue),
          ("grpc_status_code", key.status),
        ], of: histogram)
    }
  }
}

extension KeyServiceSeal {
  /// What monitoring is told, under upstream's names.
  package static func write(_ plugins: [KeyServiceSeal], to text: inout MetricsText) {
    let latency = "apiserver_envelope_encryption_kms_operations_latency_seconds"
    text.begin(latency, .histogram, "[ALPHA] Seconds that calls of KMS plugins took.")
    for plugin in plugins { plugin.tally.write(latency, of: plugin.name, to: &text) }
    let size = "apiserver_envelope_encryption_dek_source_cache_size"
    text.begin(size, .gauge, "[ALPHA] Seeds of keys that are known, about one for each start.")
    for plugin in plugins { text.sample(size, ["provider_name": plugin.name], plugin.knownCount) }
  }
}
