import NIOCore

/// The server's side of a port-forward over SPDY: for each connection the client opens two streams
/// with the same `requestid`, `error` for a text about what went wrong and `data` for the bytes.
struct PortForwardSession: Sendable {
  /// How long the second stream of a pair may take, as kubelet has it.
  static let pairTimeout: Duration = .seconds(30)

  let connection: SPDYConnection
  let clock: any Clock<Duration>
  let forward: PortForwarder

  /// One connection of the client, while its streams come.
  private struct Pair: Sendable {
    var port: UInt16
    var error: SPDYStream?
    var data: SPDYStream?
  }

  private enum StreamKind: String { case error, data }

  /// Serves until the client ends the connection.
  func run() async {
    let pairs = AwaitableState<[String: Pair]>([:])
    await withDiscardingTaskGroup { group in
      group.addTask { await connection.run() }
      while let stream = await nextStream() {
        guard let (kind, port) = Self.parse(stream.headers) else {
          stream.refuse()
          continue
        }
        stream.accept()
        let id = Self.requestID(of: stream, kind)
        let (pair, isNew) = pairs.update { pairs in Self.add(stream, kind, port, to: &pairs[id]) }
        if let pair, let error = pair.error, let data = pair.data {
          pairs.update { $0[id] = nil }
          group.addTask { await serve(pair.port, error, data) }
        } else if pair == nil {
          stream.close()
        } else if isNew {
          group.addTask { await expire(id, in: pairs) }
        }
      }
      group.cancelAll()
    }
  }

  private func nextStream() async -> SPDYStream? {
    do { return try await connection.incoming() } catch { return nil }
  }

  private static func parse(_ headers: HeaderFields) -> (StreamKind, UInt16)? {
    guard let kind = StreamKind(rawValue: headers["streamtype"] ?? ""),
      let port = UInt16(headers["port"] ?? ""), port > 0
    else { return nil }
    return (kind, port)
  }

  /// Clients that give no ID open the error stream right before the data stream.
  private static func requestID(of stream: SPDYStream, _ kind: StreamKind) -> String {
    if let id = stream.headers["requestid"], !id.isEmpty { return id }
    return "stream \(kind == .error ? stream.id.rawValue : stream.id.rawValue &- 2)"
  }

  /// - Returns: the pair as it stands then, `nil` where it had such a stream already.
  private static func add(
    _ stream: SPDYStream, _ kind: StreamKind, _ port: UInt16, to slot: inout Pair?
  ) -> (Pair?, isNew: Bool) {
    let isNew = slot == nil
    var pair = slot ?? Pair(port: port)
    switch kind {
    case .error where pair.error == nil: pair.error = stream
    case .data where pair.data == nil: pair.data = stream
    default: return (nil, false)
    }
    slot = pair
    return (pair, isNew)
  }

  private func expire(_ id: String, in pairs: AwaitableState<[String: Pair]>) async {
    // Throws when the session is over, which takes the streams with it.
    guard (try? await clock.sleep(for: Self.pairTimeout)) != nil else { return }
    guard let pair = pairs.update({ $0.removeValue(forKey: id) }) else { return }
    pair.error?.write(ByteBuffer(string: "timed out waiting for streams"))
    pair.error?.finish()
    pair.data?.close()
  }

  private func serve(_ port: UInt16, _ error: SPDYStream, _ data: SPDYStream) async {
    do {
      try await forward(port, data)
      data.finish()
    } catch let failure {
      error.write(ByteBuffer(string: "error forwarding port \(port): \(failure)"))
      data.close()
    }
    error.finish()
  }
}
