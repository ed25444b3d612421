import NIOCore
import NIOPosix
import Testing

@testable import Networking

@Suite struct GRPCConnectionTests {
  private let loop = MultiThreadedEventLoopGroup.singleton.next()

  private func request(deadline: Duration?) -> GRPCRequest {
    GRPCRequest(service: "a.B", method: "C", message: [1, 2, 3], deadline: deadline)
  }

  @Test("messages come out whole, however their bytes are cut", arguments: [1, 3, 5, 100])
  func framing(_ byteCount: Int) throws {
    let messages: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 9, count: 300)]
    var wire = messages.flatMap {
      Array(GRPCMessageReader.frame($0, with: ByteBufferAllocator()).readableBytesView)
    }[...]
    var reader = GRPCMessageReader(bytesMax: 300)
    var read: [[UInt8]] = []
    while !wire.isEmpty {
      var piece = ByteBuffer(bytes: wire.prefix(byteCount))
      wire = wire.dropFirst(byteCount)
      reader.append(&piece)
      while let message = try reader.next() { read.append(message) }
    }
    #expect(read == messages)
    #expect(reader.isBetweenMessages)
  }

  @Test("a message that is too long or compressed is refused before it is read")
  func refused() {
    for (head, code) in [
      ([0, 0, 0, 0, 2], GRPCError.Code.resourceExhausted), ([1, 0, 0, 0, 1], .unknown),
    ] as [([UInt8], GRPCError.Code)] {
      var reader = GRPCMessageReader(bytesMax: 1)
      var bytes = ByteBuffer(bytes: head)
      reader.append(&bytes)
      #expect {
        try reader.next()
      } throws: { error in
        (error as? GRPCError)?.code == code
      }
    }
  }

  @Test("a deadline has eight digits at most")
  func timeout() {
    #expect(GRPCRequest.timeout(.milliseconds(1500)) == "1500m")
    #expect(GRPCRequest.timeout(.seconds(99_998)) == "99998000m")
    #expect(GRPCRequest.timeout(.seconds(99_999)) == "99999S")
    #expect(GRPCRequest.timeout(.seconds(1 << 40)) == "99999999S")
    #expect(GRPCRequest.timeout(.seconds(-1)) == "0m")
  }

  @Test("nobody there is said at once")
  func nobody() async {
    let connection = GRPCConnection(
      to: .unixSocket(path: "/tmp/no-such-socket"), eventLoop: loop)
    await #expect {
      try await connection.call(request(deadline: .seconds(60)))
    } throws: { error in
      (error as? GRPCError)?.code == .unavailable
    }
    await #expect(throws: GRPCError.self) {
      for try await _ in connection.messages(request(deadline: nil)) {}
    }
  }

  @Test("a server that hangs is given up at the deadline, and at once when cancelled")
  func hanging() async throws {
    // The kernel accepts connections for it; nobody ever reads them.
    let server = try await ServerBootstrap(group: loop)
      .serverChannelOption(ChannelOptions.autoRead, value: false)
      .bind(host: "127.0.0.1", port: 0).get()
    let connection = GRPCConnection(
      to: .tcp(host: "127.0.0.1", port: server.localAddress?.port ?? 0), eventLoop: loop)
    defer { connection.close() }
    await #expect {
      try await connection.call(request(deadline: .milliseconds(50)))
    } throws: { error in
      (error as? GRPCError)?.code == .deadlineExceeded
    }
    let call = Task { try await connection.call(request(deadline: .seconds(600))) }
    call.cancel()
    await #expect(throws: CancellationError.self) { try await call.value }
    try await server.close()
  }
}
