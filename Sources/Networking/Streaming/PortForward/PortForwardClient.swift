import NIOCore

/// Speaks with a container runtime's streaming server for one port-forward, on behalf of clients
/// that do not speak SPDY themselves.
struct PortForwardClient: Sendable {
  static let protocolName = "portforward.k8s.io"
  private static let failureByteCountMax = 4 << 10

  private let connection: SPDYConnection
  private let lastRequestID = AwaitableState(0)

  /// - Parameter duplex: after the upgrade to SPDY/3.1. `run` carries it.
  init(_ duplex: any ByteDuplex) { connection = SPDYConnection(clientOver: duplex) }

  func run() async { await connection.run() }
  func close() { connection.close() }

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// A `PortForwarder`.
  func forward(_ port: UInt16, _ stream: any ByteDuplex) async throws {
    let requestID = lastRequestID.update { id in
      id += 1
      return id
    }
    func open(_ type: String) throws -> SPDYStream {
      try connection.open(["streamtype": type, "port": "\(port)", "requestid": "\(requestID)"])
    }
    let error = try open("error")
    let data = try open("data")
    try await error.accepted()
    try await data.accepted()
    // This side says nothing on it.
    error.finish()
    async let failure = readFailure(error)
    do {
      try await carry(client: stream, pod: data, linger: Linger(timeout: .seconds(1)))
    } catch let broken {
      // The runtime's own words, where it has some, say more than a reset.
      throw await failure.map { Failure(description: $0) } ?? broken
    }
    if let failure = await failure { throw Failure(description: failure) }
  }

  private func readFailure(_ error: SPDYStream) async -> String? {
    var text = ByteBuffer()
    do {
      while var bytes = try await error.read(), text.readableBytes < Self.failureByteCountMax {
        text.writeBuffer(&bytes)
      }
    } catch {
      // A reset ends it too.
    }
    return text.readableBytes == 0 ? nil : String(buffer: text)
  }
}
