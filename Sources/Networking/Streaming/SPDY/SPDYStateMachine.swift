import NIOCore

/// One side of a SPDY/3.1 connection as a value: bytes and wishes in, events and bytes out.
///
/// It is as lenient as moby/spdystream, the implementation behind every Kubernetes SPDY client and
/// behind containerd: neither side has flow-control windows, SETTINGS say nothing, and frames of
/// unknown streams are dropped, since a reset and data may cross. (It holds its zlib streams by
/// reference, so a copy must not be used beside the original.)
struct SPDYStateMachine: Sendable {
  enum Role: Sendable { case client, server }

  struct Limits: Sendable {
    /// Streams that the peer has open. A port-forward takes two per connection.
    var streamsMax = 1_024
    /// Kubernetes' control frames hold about a hundred bytes.
    var controlFrameByteCountMax = 64 << 10
    /// One header block, unpacked.
    var headerByteCountMax = 64 << 10
  }

  enum Event: Sendable {
    /// The peer opened a stream, and waits for `accept` or `reset`.
    case opened(SPDYStreamID, HeaderFields)
    /// The peer accepted a stream of this side.
    case accepted(SPDYStreamID)
    case data(SPDYStreamID, ByteBuffer)
    /// The peer sends no more on this stream.
    case inputEnded(SPDYStreamID)
    /// The peer broke the stream off, both ways.
    case reset(SPDYStreamID, SPDYResetStatus)
    /// The peer opens and takes no more streams.
    case goingAway
  }

  private struct Stream: Sendable {
    var isAccepted: Bool
    var isOutputEnded: Bool
    var isInputEnded = false
  }

  private let role: Role
  private let limits: Limits
  private var decoder: SPDYFrameDecoder
  private let encoder = SPDYFrameEncoder()
  private var streams: [SPDYStreamID: Stream] = [:]
  private var nextID: UInt32
  private var lastPeerID: UInt32 = 0
  private var peerStreamCount = 0
  private var isGoingAway = false
  private var output: [ByteBuffer] = []

  init(role: Role, limits: Limits = Limits()) {
    self.role = role
    self.limits = limits
    self.decoder = SPDYFrameDecoder(
      controlFrameByteCountMax: limits.controlFrameByteCountMax,
      headerByteCountMax: limits.headerByteCountMax)
    self.nextID = role == .client ? 1 : 2
  }

  /// Bytes for the peer, in order.
  mutating func takeOutput() -> [ByteBuffer] {
    defer { output = [] }
    return output
  }

  /// Whether the stream can still carry bytes to the peer.
  func canSend(on id: SPDYStreamID) -> Bool { streams[id].map { !$0.isOutputEnded } ?? false }
}

// MARK: What this side wants

extension SPDYStateMachine {
  /// Opens a stream; `nil` when the peer takes no more, or the numbers are used up.
  mutating func open(_ headers: HeaderFields) -> SPDYStreamID? {
    guard !isGoingAway, nextID <= 0x7FFF_FFFF else { return nil }
    let id = SPDYStreamID(nextID)
    nextID += 2
    streams[id] = Stream(isAccepted: false, isOutputEnded: false)
    output.append(encoder.synStream(id, headers))
    return id
  }

  mutating func accept(_ id: SPDYStreamID) {
    guard let stream = streams[id], !stream.isAccepted else { return }
    streams[id]?.isAccepted = true
    output.append(encoder.synReply(id))
  }

  mutating func send(_ bytes: ByteBuffer, on id: SPDYStreamID) {
    guard canSend(on: id), bytes.readableBytes > 0 else { return }
    output.append(encoder.data(id, bytes, isLast: false))
  }

  /// Sends no more on this stream.
  mutating func finish(_ id: SPDYStreamID) {
    guard canSend(on: id) else { return }
    output.append(encoder.data(id, ByteBuffer(), isLast: true))
    streams[id]?.isOutputEnded = true
    forgetIfOver(id)
  }

  /// Breaks the stream off, both ways.
  mutating func reset(_ id: SPDYStreamID, _ status: SPDYResetStatus = .cancel) {
    guard streams[id] != nil else { return }
    output.append(encoder.rstStream(id, status))
    forget(id)
  }

  mutating func goAway(_ status: SPDYGoAwayStatus) {
    isGoingAway = true
    output.append(encoder.goAway(lastGood: SPDYStreamID(lastPeerID), status))
  }

  private mutating func forgetIfOver(_ id: SPDYStreamID) {
    guard let stream = streams[id], stream.isInputEnded, stream.isOutputEnded else { return }
    forget(id)
  }

  private mutating func forget(_ id: SPDYStreamID) {
    guard streams.removeValue(forKey: id) != nil else { return }
    if isPeers(id) { peerStreamCount -= 1 }
  }

  private func isPeers(_ id: SPDYStreamID) -> Bool { id.isClients == (role == .server) }
}

// MARK: What the peer does

extension SPDYStateMachine {
  /// Takes bytes from the wire.
  /// - Throws: when the connection cannot go on. What happened before is lost with it.
  mutating func receive(_ bytes: ByteBuffer) throws(SPDYError) -> [Event] {
    decoder.feed(bytes)
    var events: [Event] = []
    while let frame = try decoder.next() { try handle(frame, &events) }
    return events
  }

  private mutating func handle(_ frame: SPDYFrame, _ events: inout [Event]) throws(SPDYError) {
    switch frame {
    case .synStream(let id, let headers, let isLast, let isOneWay):
      try peerOpened(id, headers, isLast: isLast, isOneWay: isOneWay, &events)
    case .synReply(let id, _, let isLast):
      guard let stream = streams[id], !isPeers(id), !stream.isAccepted else { return }
      streams[id]?.isAccepted = true
      events.append(.accepted(id))
      if isLast { inputEnded(id, &events) }
    case .headers(let id, _, let isLast):
      if isLast { inputEnded(id, &events) }
    case .data(let id, let bytes, let isLast):
      guard let stream = streams[id], !stream.isInputEnded else { return }
      if bytes.readableBytes > 0 { events.append(.data(id, bytes)) }
      if isLast { inputEnded(id, &events) }
    case .rstStream(let id, let status):
      guard streams[id] != nil else { return }
      forget(id)
      events.append(.reset(id, status))
    case .ping(let id):
      // Its parity says whose ping this is; ours (we send none) would be an answer.
      if (id % 2 == 1) == (role == .server) { output.append(encoder.ping(id)) }
    case .goAway:
      isGoingAway = true
      events.append(.goingAway)
    case .ignored: break
    }
  }

  private mutating func peerOpened(
    _ id: SPDYStreamID, _ headers: HeaderFields, isLast: Bool, isOneWay: Bool,
    _ events: inout [Event]
  ) throws(SPDYError) {
    guard isPeers(id), id.rawValue > lastPeerID else { throw .badStreamID(id.rawValue) }
    lastPeerID = id.rawValue
    guard !isGoingAway else { return }
    guard peerStreamCount < limits.streamsMax else {
      output.append(encoder.rstStream(id, .refusedStream))
      return
    }
    peerStreamCount += 1
    streams[id] = Stream(isAccepted: false, isOutputEnded: isOneWay)
    events.append(.opened(id, headers))
    if isLast { inputEnded(id, &events) }
  }

  private mutating func inputEnded(_ id: SPDYStreamID, _ events: inout [Event]) {
    guard let stream = streams[id], !stream.isInputEnded else { return }
    streams[id]?.isInputEnded = true
    events.append(.inputEnded(id))
    forgetIfOver(id)
  }
}
