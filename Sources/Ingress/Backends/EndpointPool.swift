import DequeModule
import IngressRouting
import NIOCore

/// The connections of one event loop to one endpoint. Bounded by `connectionsMax`; those that are
/// not used are few and short-lived.
final class EndpointPool {
  let endpoint: BackendEndpoint
  private let connectionsMax: Int
  /// Under way and unused, and those that are being made.
  private(set) var connectionCount = 0
  private var idle = Deque<BackendConnection>()
  /// The endpoint takes no new requests any more.
  private(set) var isRetired = false
  /// Until then others are asked first.
  var restEnd: NIODeadline = .uptimeNanoseconds(0)

  init(_ endpoint: BackendEndpoint, connectionsMax: Int) {
    self.endpoint = endpoint
    self.connectionsMax = connectionsMax
  }

  /// Requests under way.
  var load: Int { connectionCount - idle.count }
  var isFull: Bool { idle.isEmpty && connectionCount >= connectionsMax }
  var isEmpty: Bool { connectionCount == 0 }

  /// The one that was used last: the others get old, and go.
  func takeIdle() -> BackendConnection? {
    while let connection = idle.popLast() {
      if connection.isUsable { return connection }
      connection.close()
    }
    return nil
  }

  /// A connection is about to be made.
  func reserve() { connectionCount += 1 }
  /// It could not be.
  func unreserve() { connectionCount -= 1 }

  /// Takes a connection back whose answer is whole.
  /// - Returns: `false` where it is not wanted any more.
  func keep(_ connection: BackendConnection) -> Bool {
    guard !isRetired else { return false }
    idle.append(connection)
    return true
  }

  func forget(_ connection: BackendConnection) {
    connectionCount -= 1
    idle.removeAll { $0 === connection }
  }

  /// Closes what is unused; what is under way closes behind its answer.
  func retire() {
    isRetired = true
    let unused = idle
    idle = []
    for connection in unused { connection.close() }
  }

  /// The endpoint is back before it was forgotten.
  func revive() { isRetired = false }
}
