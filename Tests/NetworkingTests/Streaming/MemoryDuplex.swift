import NIOCore

@testable import Networking

/// One end of a pipe in memory, both ways. Unbounded, unless a limit says otherwise.
final class MemoryDuplex: ByteDuplex {
  private struct Way: Sendable {
    var inbox = StreamInbox()
    var isFinished = false
  }

  private let incoming: AwaitableState<Way>
  private let outgoing: AwaitableState<Way>
  private let limit: Int

  private init(_ incoming: AwaitableState<Way>, _ outgoing: AwaitableState<Way>, limit: Int) {
    self.incoming = incoming
    self.outgoing = outgoing
    self.limit = limit
  }

  /// - Parameter limit: bytes on one way from which on `drained` waits.
  static func pair(limit: Int = .max) -> (MemoryDuplex, MemoryDuplex) {
    let there = AwaitableState(Way())
    let back = AwaitableState(Way())
    return (
      MemoryDuplex(back, there, limit: limit), MemoryDuplex(there, back, limit: limit)
    )
  }

  /// What the peer has written and nobody has read yet.
  var waitingByteCount: Int { incoming.read { $0.inbox.byteCount } }
  /// What this side has written and the peer has not read yet.
  var unreadByteCount: Int { outgoing.read { $0.inbox.byteCount } }
  var isFinished: Bool { outgoing.read { $0.isFinished } }

  func read() async throws -> ByteBuffer? {
    try await incoming.wait { way throws in try way.inbox.take() }
  }

  func write(_ bytes: ByteBuffer) {
    outgoing.update { way in
      if !way.isFinished { _ = way.inbox.append(bytes) }
    }
  }

  func drained() async throws {
    let limit = self.limit
    try await outgoing.wait { way throws -> Void? in
      if case .broken(let error) = way.inbox.end { throw error }
      return way.inbox.byteCount < limit ? () : nil
    }
  }

  func flushed() async throws {}
  var canWrite: Bool { outgoing.read { !$0.isFinished } }

  func finish() {
    outgoing.update { way in
      way.isFinished = true
      way.inbox.finish(.inOrder)
    }
  }

  func close() {
    incoming.update { $0.inbox.finish(.broken(.closed)) }
    outgoing.update { way in
      way.isFinished = true
      way.inbox.finish(.broken(.reset))
    }
  }
}

extension ByteDuplex {
  func write(_ text: String) { write(ByteBuffer(string: text)) }

  /// Reads until `count` bytes have come or input ended.
  func readText(_ count: Int = .max) async throws -> String {
    var text = ByteBuffer()
    while text.readableBytes < count, var bytes = try await read() { text.writeBuffer(&bytes) }
    return String(buffer: text)
  }
}
