import Foundations
import Networking
import Resources
import Store
import Synchronization

/// One watch: frames of events, from the cache's wake-ups to the client's socket.
///
/// The cache wakes it when there is something, the socket when there is room again; whichever
/// comes, the event loop drains what waits, in order: the events of one moment share a frame and a
/// write. What cannot be sent stays in the cache's bounded queue.
final class WatchAnswer: Sendable {
  private let call: APICall
  private let media: MediaType
  let writer: BodyWriter
  private let wantsBookmarks: Bool
  /// Set where events wait for a webhook that converts their objects.
  private let converting: WatchConversion?
  private let state: Mutex<State>

  private struct State {
    var watcher: Watcher?
    var timer: Task<Void, Never>?
    /// Until what the watch begins with is on its way.
    var seat: RequestSeat?
  }

  /// Bookmarks of a quiet watch are this far apart. Source: upstream's watch cache, one minute.
  private static let bookmarkPause = Duration.seconds(60)
  /// A watch without `timeoutSeconds` ends after this and is taken up again by its client.
  /// Source: upstream's `--min-request-timeout`, 1800 s and up to twice that.
  private static let lengthMax = 1800...3600

  static func start(_ call: APICall, _ responder: Responder) throws(APIError) {
    let offered: Set<MediaType.Shape> = [.object, .table, .partialMetadata]
    guard
      let media = MediaType.negotiate(
        accept: call.request.headers["accept"],
        // YAML has no frames: an event could not be told from the next.
        isOffered: {
          offered.contains($0.shape) && $0.encoding != .yaml
            && $0.fits(call.served.custom, call.path)
        })
    else {
      throw .notAcceptable(
        offered: "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch")
    }
    let selection = try Selection(call)
    let collection = try call.collection()
    let cache = collection.cache
    let converting = collection.conversion.map { _ in WatchConversion(collection, selection) }
    let timeout = try call.query.integer("timeoutSeconds") ?? Int.random(in: lengthMax)
    let snapshot = cache.read()
    let start = try WatchStart(call, newest: snapshot.revision)

    let slot = Slot()
    let options = WatchOptions(
      scope: selection.scope(namespace: call.namespace),
      selects: converting?.predicate ?? selection.predicate,
      wake: { slot.answer?.writer.askSource() })
    let from: Revision
    var initial: [CachedObject] = []
    switch start.from {
    case .newest:
      from = snapshot.revision
      initial = snapshot.objects(in: call.namespace).filter(
        converting == nil ? selection.matches : selection.mayMatch)
    case .exactly(let revision): from = revision
    }
    let watcher: Watcher
    do throws(StoreError) {
      watcher = try cache.watch(after: from, options)
    } catch {
      guard case .compacted(let oldest) = error else { throw .internalError(error.description) }
      throw .expired("too old resource version: \(from) (\(oldest))")
    }
    // The stream's begin gives its own hold back.
    call.seat?.keep()
    let contentType =
      media.encoding == .protobuf
      ? "application/vnd.kubernetes.protobuf;stream=watch" : "application/json"
    var headers = call.served.deprecationFields
    headers.add("content-type", contentType)
    headers.add("cache-control", "no-cache, private")
    let writer = responder.stream(ResponseHead(status: 200, headers: headers))
    let answer = WatchAnswer(
      call, media, writer, wantsBookmarks: call.query.isTrue("allowWatchBookmarks"),
      converting, watcher: watcher)
    slot.set(answer)
    answer.begin(
      initial, endsInitial: start.sendsInitialEvents ? snapshot.revision : nil,
      timeout: .seconds(timeout))
  }

  /// Leads a watcher's wake-ups to its answer, which is made after it.
  private final class Slot: Sendable {
    private struct Weak {
      weak var answer: WatchAnswer?
    }
    private let slot = Mutex(Weak())
    var answer: WatchAnswer? { slot.withLock { $0.answer } }
    func set(_ answer: WatchAnswer) { slot.withLock { $0.answer = answer } }
  }

  private init(
    _ call: APICall, _ media: MediaType, _ writer: BodyWriter, wantsBookmarks: Bool,
    _ converting: WatchConversion?, watcher: Watcher
  ) {
    self.call = call
    self.media = media
    self.writer = writer
    self.wantsBookmarks = wantsBookmarks
    self.converting = converting
    self.state = Mutex(State(watcher: watcher, seat: call.seat))
  }

  /// Sends the initial objects, then lets the events flow.
  private func begin(_ initial: [CachedObject], endsInitial: Revision?, timeout: Duration) {
    // Kept alive by the stream it writes to, until that closes.
    writer.onClose { [self] _ in end() }
    if let converting {
      converting.begin(initial, self) { [self] in
        writeInitial($0, endsInitial: endsInitial)
      }
    } else {
      writeInitial(initial, endsInitial: endsInitial)
    }
    writer.onWritable { [weak self] in self?.drain() }
    writer.onAsked { [weak self] in self?.drain() }
    // Ends with the watch: `end()` cancels it.
    let timer = Task { [weak self] in
      let deadline = ContinuousClock.now + timeout
      while true {
        let next = min(ContinuousClock.now + Self.bookmarkPause, deadline)
        do { try await ContinuousClock().sleep(until: next) } catch { return }
        guard let self else { return }
        if ContinuousClock.now >= deadline { return self.writer.finish() }
        self.sendBookmark()
      }
    }
    state.withLock { $0.timer = timer }
    writer.askSource()
  }

  private func writeInitial(_ objects: [CachedObject], endsInitial: Revision?) {
    var chunks: [[UInt8]] = []
    for object in objects { chunks += frame("ADDED", object) }
    if let endsInitial { chunks += bookmark(at: endsInitial, endsInitialEvents: true) }
    if !chunks.isEmpty { writer.write(chunks) }
  }

  private func sendBookmark() {
    guard wantsBookmarks, converting?.isWaiting != true,
      let revision = state.withLock({ $0.watcher })?.bookmark()
    else { return }
    writer.write(bookmark(at: revision, endsInitialEvents: false))
  }

  /// Moves what waits to the socket. On the event loop.
  private func drain() {
    guard let watcher = state.withLock({ $0.watcher }) else { return }
    if writer.isWritable { releaseSeat() }
    if let converting { return converting.drain(watcher, max: Self.batchMax, self) }
    while writer.isWritable {
      let batch = watcher.drain(max: Self.batchMax)
      if !batch.events.isEmpty { send(batch.events) }
      if let end = batch.end { return fail(end) }
      if batch.isDrained { return }
    }
  }

  /// Events per write: enough to share a system call, few enough to keep the buffer small.
  private static let batchMax = 64

  func send(_ events: [WatchEvent]) {
    var chunks: [[UInt8]] = []
    chunks.reserveCapacity(events.count * 3)
    for event in events { chunks += frame(event.kind.name, event.object) }
    writer.write(chunks)
  }

  func fail(_ error: StoreError) {
    if error == .closed { return writer.finish() }
    fail(.expired("the watch fell behind: \(error)"))
  }

  func fail(_ error: APIError) {
    writer.write(WatchFrame.chunks("ERROR", error.status, ofKind: .status, media.encoding))
    writer.finish()
  }

  private func releaseSeat() {
    state.withLock { state in
      defer { state.seat = nil }
      return state.seat
    }?.release()
  }

  private func end() {
    releaseSeat()
    let (watcher, timer) = state.withLock { state in
      defer { state.watcher = nil }
      return (state.watcher, state.timer)
    }
    watcher?.stop()
    timer?.cancel()
  }

  // MARK: Frames

  private func frame(_ type: String, _ object: CachedObject) -> [[UInt8]] {
    let object = call.served.collection?.shown(object) ?? object
    switch media.shape {
    case .object, .discovery, .partialMetadataList:
      return WatchFrame.chunks(type, object, call.served, media.encoding)
    case .partialMetadata:
      return WatchFrame.chunks(
        type, PartialMetadata.of(object.document), ofKind: .partialObjectMetadata, media.encoding)
    case .table:
      let table = TableAnswer(call).table(of: [object.document], revision: object.modRevision)
      return WatchFrame.chunks(type, table, ofKind: .table, media.encoding)
    }
  }

  private func bookmark(at revision: Revision, endsInitialEvents: Bool) -> [[UInt8]] {
    var metadata: Document = [
      "resourceVersion": Document(revision.description), "creationTimestamp": .null,
    ]
    if endsInitialEvents {
      metadata["annotations"] = ["k8s.io/initial-events-end": "true"]
    }
    var object: Document = [
      "kind": Document(call.type.kind), "apiVersion": Document(call.type.apiVersion),
      "metadata": metadata,
    ]
    if media.shape == .partialMetadata {
      object["kind"] = "PartialObjectMetadata"
      object["apiVersion"] = "meta.k8s.io/v1"
    }
    if media.shape == .table {
      let table = TableAnswer(call).table(of: [], revision: revision)
      return WatchFrame.chunks("BOOKMARK", table, ofKind: .table, media.encoding)
    }
    return WatchFrame.chunks("BOOKMARK", object, ofKind: call.served.kind, media.encoding)
  }
}

extension WatchEvent.Kind {
  /// As watches spell it.
  var name: String {
    switch self {
    case .added: "ADDED"
    case .modified: "MODIFIED"
    case .deleted: "DELETED"
    }
  }
}

/// Where a watch begins.
/// Source: Kubernetes API Concepts, "Semantics for watch" and "Streaming lists".
struct WatchStart: Equatable, Sendable {
  enum From: Equatable, Sendable {
    /// With what there is now, as ADDED events.
    case newest
    case exactly(Revision)
  }
  let from: From
  /// A bookmark marks the end of the initial events.
  let sendsInitialEvents: Bool

  init(_ call: APICall, newest: Revision) throws(APIError) {
    let version = call.query["resourceVersion"] ?? ""
    let initial = call.query["sendInitialEvents"].map {
      ["", "1", "t", "true"].contains($0.lowercased())
    }
    guard let number = version.isEmpty ? 0 : UInt64(version) else {
      throw .badRequest("resourceVersion holds \"\(version)\", which is none")
    }
    if number > newest.rawValue { throw .tooLargeResourceVersion(version, current: newest) }
    sendsInitialEvents = initial == true
    if initial == true {
      from = .newest
    } else if initial == false {
      from = .exactly(number == 0 ? newest : Revision(number))
    } else {
      from = number == 0 ? .newest : .exactly(Revision(number))
    }
  }
}
