import Synchronization

/// What of a connection is left, told by its handler and read by everybody.
///
/// A streamed answer (a watch, a log) holds its stream for as long as somebody reads it. So such
/// answers get a share of the streams that the server allows at a time, and the rest stays for requests
/// that are soon answered, which wait for each other: whatever is watched, a lease can be renewed.
final class ConnectionCapacity: Sendable {
  /// What a server allows at least. Source: RFC 9113, section 6.5.2. One that allows fewer, and has not
  /// said so yet, has the first requests wait.
  private static let usualStreamsMax = 100

  private let usability = Atomic(true)
  private let streamedCount = Atomic(0)
  private let streamedMax = Atomic(share(of: usualStreamsMax))

  /// Four of five.
  static func share(of streamsMax: Int) -> Int { max(1, streamsMax - streamsMax / 5) }

  /// Whether new requests may be sent.
  var isUsable: Bool { usability.load(ordering: .relaxed) }
  func end() { usability.store(false, ordering: .relaxed) }

  /// - Parameter streamsMax: what the server allows at a time.
  func allow(streamsMax: Int) {
    streamedMax.store(Self.share(of: streamsMax), ordering: .relaxed)
  }

  /// Takes the place of one streamed answer; `false` where all are taken.
  func takePlace() -> Bool {
    let count = streamedCount.wrappingAdd(1, ordering: .relaxed).newValue
    if count <= streamedMax.load(ordering: .relaxed) { return true }
    giveBackPlace()
    return false
  }

  func giveBackPlace() { streamedCount.wrappingSubtract(1, ordering: .relaxed) }
}
