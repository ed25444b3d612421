import NIOCore
import Networking
import Synchronization
import Testing

@Suite("Who is told of answers")
struct ResponseObserverTests {
  private final class Sink: ResponseSink {
    let sent = Mutex<[ServerResponse]>([])
    func send(_ response: ServerResponse) { sent.withLock { $0.append(response) } }
    func startStream(_ head: ResponseHead, _ writer: BodyWriter) {}
    func upgrade(
      to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void
    ) {}
    func onCancel(_ action: @escaping @Sendable () -> Void) {}
  }

  private final class Notes: Sendable {
    let all = Mutex<[String]>([])
  }

  private struct Observer: ResponseObserver {
    let notes: Notes
    func answered(_ status: Int, isStream: Bool) -> (name: String, value: String)? {
      notes.all.withLock { $0.append("\(status)\(isStream ? " stream" : "")") }
      return status >= 500 ? ("audit-id", "7") : nil
    }
    func abandoned() { notes.all.withLock { $0.append("abandoned") } }
  }

  /// What an observer is told of a request that `handle` handles and lets go of.
  private func notes(_ handle: (Responder) -> Void) -> [String] {
    let notes = Notes()
    handle(Responder(Sink()).observed(by: Observer(notes: notes)))
    return notes.all.withLock { $0 }
  }

  @Test("an answer is told once, whether it ends or goes on")
  func answers() {
    #expect(notes { $0.send(ServerResponse(status: 404)) } == ["404"])
    #expect(notes { $0.stream(ResponseHead(status: 200)).finish() } == ["200 stream"])
    #expect(notes { _ = $0.upgrade(to: "websocket") } == ["101 stream"])
  }

  @Test("a request that nobody answers is told as such")
  func abandoned() {
    #expect(notes { _ in } == ["abandoned"])
  }

  @Test("what an observer adds is sent with the answer")
  func field() {
    let sink = Sink()
    for status in [200, 503] {
      Responder(sink).observed(by: Observer(notes: Notes())).send(ServerResponse(status: status))
    }
    #expect(sink.sent.withLock { $0 }.map { $0.headers["audit-id"] } == [nil, "7"])
  }
}
