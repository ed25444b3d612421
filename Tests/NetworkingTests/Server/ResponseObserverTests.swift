import NIOCore
import Networking
import Synchronization
import Testing

@Suite("Who is told of answers")
struct ResponseObserverTests {
  private final class Sink: ResponseSink {
    let notes: Notes
    let end = Mutex<(@Sendable () -> Void)?>(nil)
    init(_ notes: Notes) { self.notes = notes }
    func send(_ response: ServerResponse) { notes.add("sent \(response.headers["x"] ?? "")") }
    func startStream(_ head: ResponseHead, _ writer: BodyWriter) {
      notes.add("begun \(head.headers["x"] ?? "")")
    }
    func upgrade(
      to name: String, headers: HeaderFields, install: @escaping @Sendable ((any Channel)?) -> Void
    ) { notes.add("upgraded \(headers["x"] ?? "")") }
    func onCancel(_ action: @escaping @Sendable () -> Void) {}
    func onEnd(_ action: @escaping @Sendable () -> Void) { end.withLock { $0 = action } }
  }

  private final class Notes: Sendable {
    let all = Mutex<[String]>([])
    func add(_ note: String) { all.withLock { $0.append(note) } }
  }

  private struct Observer: ResponseObserver {
    let notes: Notes
    let awaitsEnd: Bool
    func answered(_ status: Int, isStream: Bool, _ headers: inout HeaderFields) {
      notes.add("\(status)\(isStream ? " stream" : "")")
      headers.add("x", "y")
    }
    func ended() { notes.add("ended") }
    func abandoned() { notes.add("abandoned") }
  }

  /// What an observer and the sink are told of a request that `handle` handles and lets go of, and
  /// then of its end.
  private func notes(awaitsEnd: Bool = false, _ handle: (Responder) -> Void) -> [String] {
    let notes = Notes()
    let sink = Sink(notes)
    handle(Responder(sink).observed(by: Observer(notes: notes, awaitsEnd: awaitsEnd)))
    notes.add("handled")
    sink.end.withLock { $0 }?()
    return notes.all.withLock { $0 }
  }

  @Test("an answer is told once, whether it ends or goes on, and takes fields along")
  func answers() {
    #expect(notes { $0.send(ServerResponse(status: 404)) } == ["404", "sent y", "handled"])
    #expect(
      notes { $0.stream(ResponseHead(status: 200)).finish() } == [
        "200 stream", "begun y", "handled",
      ])
    #expect(notes { _ = $0.upgrade(to: "websocket") } == ["101 stream", "upgraded y", "handled"])
  }

  @Test("the end of a small answer is its sending, and that of a large one comes when it is out")
  func ends() {
    func notes(_ byteCount: Int) -> [String] {
      self.notes(awaitsEnd: true) { responder in
        let body = [UInt8](repeating: 0, count: byteCount)
        responder.send(ServerResponse(status: 200, contentType: "x", body: body))
        responder.onCancel {}
      }
    }
    for byteCount in [0, 32 << 10] {
      #expect(notes(byteCount) == ["200", "sent y", "ended", "handled"], "\(byteCount)")
    }
    #expect(notes((32 << 10) + 1) == ["200", "sent y", "handled", "ended"])
    #expect(
      self.notes(awaitsEnd: true) { $0.stream(ResponseHead(status: 200)).finish() }
        == ["200 stream", "begun y", "handled"])
  }

  @Test("a request that nobody answers is told as such")
  func abandoned() {
    #expect(notes { _ in } == ["abandoned", "handled"])
  }
}
