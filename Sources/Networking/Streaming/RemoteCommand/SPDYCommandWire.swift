import NIOCore

/// Exec and attach over SPDY/3.1: the client opens a stream for each of error, stdin, stdout,
/// stderr and resize, named in the header `streamType`.
struct SPDYCommandWire: RemoteCommandWire {
  /// What a client may name in `X-Stream-Protocol-Version`.
  enum Version: String, CaseIterable, Sendable {
    case version4 = "v4.channel.k8s.io"
    case version3 = "v3.channel.k8s.io"
    case version2 = "v2.channel.k8s.io"
    case version1 = "channel.k8s.io"

    /// The error stream carries a `Status` in JSON, not text.
    var hasStructuredStatus: Bool { self == .version4 }
    var hasResize: Bool { self == .version4 || self == .version3 }
  }

  private let connection: SPDYConnection
  private let version: Version
  /// Set once all streams are there.
  private let opened = AwaitableState<[String: SPDYStream]>([:])

  init(_ duplex: any ByteDuplex, _ version: Version) {
    self.connection = SPDYConnection(serverOver: duplex)
    self.version = version
  }

  func run() async { await connection.run() }

  func streams(_ options: RemoteCommandOptions) async throws -> RemoteCommandStreams {
    var awaited: Set<String> = ["error"]
    if options.hasStdin { awaited.insert("stdin") }
    if options.hasStdout { awaited.insert("stdout") }
    if options.hasStderr { awaited.insert("stderr") }
    if options.isTTY, version.hasResize { awaited.insert("resize") }
    var streams: [String: SPDYStream] = [:]
    while !awaited.isEmpty {
      guard let stream = try await connection.incoming() else { throw ByteDuplexError.reset }
      let type = stream.headers["streamtype"] ?? ""
      guard awaited.remove(type) != nil else {
        stream.refuse()
        continue
      }
      stream.accept()
      streams[type] = stream
    }
    opened.update { [streams] in $0 = streams }
    return RemoteCommandStreams(
      stdin: streams["stdin"], stdout: streams["stdout"], stderr: streams["stderr"],
      resize: streams["resize"])
  }

  func finish(_ status: RemoteCommandStatus) {
    let streams = opened.read { $0 }
    if version.hasStructuredStatus {
      streams["error"]?.write(ByteBuffer(bytes: status.json))
    } else if let message = status.failureMessage {
      streams["error"]?.write(ByteBuffer(string: message))
    }
    for stream in streams.values { stream.finish() }
    connection.finish()
  }

  func flushed() async throws { try await connection.flushed() }
  func ended() async throws { try await connection.ended() }

  func discardInput() {
    for stream in opened.read({ $0 }).values { stream.dropInput() }
  }

  func abort() { connection.close() }
}
