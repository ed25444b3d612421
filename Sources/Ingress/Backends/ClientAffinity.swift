import Foundations
import IngressRouting

/// To which endpoint a client comes again and again, where a Service wants that. Pure.
///
/// It is the one that scores highest for the client's address (rendezvous hashing): every node and
/// every event loop finds the same one and remembers nothing, and an endpoint that comes or goes moves
/// its own clients only. So a client stays for as long as its endpoint does, and not just for the
/// Service's `timeoutSeconds`.
/// Source: core/v1 ServiceSpec.sessionAffinity.
enum ClientAffinity {
  /// - Returns: a place in `endpoints`; `nil` where all are excluded. One that rests is chosen only
  ///   where there is no other.
  static func choice(
    of endpoints: [BackendEndpoint], for client: IPAddress,
    standing: (Int) -> EndpointChoice.Standing
  ) -> Int? {
    var best: (index: Int, isAwake: Bool, score: UInt64)?
    for (index, endpoint) in endpoints.enumerated() {
      let candidate = standing(index)
      if candidate.isExcluded { continue }
      let (isAwake, score) = (!candidate.isResting, score(of: endpoint, for: client))
      if let best, (best.isAwake ? 1 : 0, best.score) >= (isAwake ? 1 : 0, score) { continue }
      best = (index, isAwake, score)
    }
    return best?.index
  }

  /// The client's own endpoint first, then those that it would come to without that.
  static func ranking(of endpoints: [BackendEndpoint], for client: IPAddress) -> [BackendEndpoint] {
    endpoints.map { (endpoint: $0, score: score(of: $0, for: client)) }
      .sorted { $0.score > $1.score }.map(\.endpoint)
  }

  private static func score(of endpoint: BackendEndpoint, for client: IPAddress) -> UInt64 {
    var hash = mix(number(client))
    hash = mix(hash ^ number(endpoint.address))
    return mix(hash ^ UInt64(endpoint.port))
  }

  private static func number(_ address: IPAddress) -> UInt64 {
    UInt64(truncatingIfNeeded: address.value) ^ mix(UInt64(truncatingIfNeeded: address.value >> 64))
  }

  /// The end of SplitMix64, which spreads neighbouring numbers over all: Swift's own hashing differs
  /// from process to process. Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
  /// Generators", 2014.
  private static func mix(_ value: UInt64) -> UInt64 {
    var value = value &+ 0x9E37_79B9_7F4A_7C15
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
