import Synchronization

/// The requests that wait for aggregated servers to begin their answers: bounded for each APIService, so
/// that one whose server is slow has its own refused, and nobody else's.
final class AggregatedCalls: Sendable {
  /// As many as may call one webhook.
  static let callsMax = OutgoingClient.callsMax
  /// Of all their bodies, which are kept until the server has taken them.
  static let byteCountMax = 64 << 20

  private struct Waiting {
    var callCount = 0
    var byteCount = 0
  }

  private let waiting = Mutex<[String: Waiting]>([:])

  /// - Parameter name: of the APIService.
  /// - Returns: whether there is room. Where there is, `leave` gives it back.
  func enter(_ name: String, byteCount: Int) -> Bool {
    waiting.withLock { waiting in
      let now = waiting[name] ?? Waiting()
      guard now.callCount < Self.callsMax, now.byteCount + byteCount <= Self.byteCountMax else {
        return false
      }
      waiting[name] = Waiting(
        callCount: now.callCount + 1, byteCount: now.byteCount + byteCount)
      return true
    }
  }

  func leave(_ name: String, byteCount: Int) {
    waiting.withLock { waiting in
      guard let now = waiting[name] else { preconditionFailure("\(name) was left twice") }
      waiting[name] =
        now.callCount == 1
        ? nil
        : Waiting(callCount: now.callCount - 1, byteCount: now.byteCount - byteCount)
    }
  }
}
