import Synchronization

/// The intermediate certificates that clients verified with, by their own certificate: a resumed TLS
/// session brings back only that one.
///
/// Only certificates that verified get in, so no stranger fills it. When it is full it starts over:
/// a client it forgot is refused until its next full handshake.
final class IntermediateMemory: Sendable {
  private static let clientsMax = 1024

  private let intermediates = Mutex<[[UInt8]: [[UInt8]]]>([:])

  /// - Parameter chain: DER, the client's own certificate first.
  func remember(_ chain: [[UInt8]]) {
    guard chain.count > 1, let leaf = chain.first else { return }
    intermediates.withLock { known in
      if known.count >= Self.clientsMax { known.removeAll() }
      known[leaf] = Array(chain.dropFirst())
    }
  }

  /// The chain that `leaf` last verified with; itself alone where it needed nothing else.
  func chain(of leaf: [UInt8]) -> [[UInt8]] {
    [leaf] + intermediates.withLock { $0[leaf] ?? [] }
  }
}
