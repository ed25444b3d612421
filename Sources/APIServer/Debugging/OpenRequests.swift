import Foundations
import Networking
import Synchronization

/// The requests that wait for the head of their answer. Kept only where the debug pages are served: a
/// request then costs a dictionary's entry under a lock, and else a check of a pointer.
final class OpenRequests: Sendable {
  struct Entry: Sendable {
    let attributes: AccessAttributes
    let method: String
    /// Without the query: what it holds is the client's own.
    let path: String
    let start = Timestamp.now()
    /// Where priority and fairness was asked.
    let schema: String?
    let level: String?
    let seats: Int
  }

  private struct State {
    var entries: [UInt64: Entry] = [:]
    var last: UInt64 = 0
  }
  private let state = Mutex(State())

  /// The oldest first.
  var entries: [Entry] {
    state.withLock { $0.entries }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Keeps a request until its answer begins, or nobody is left who could answer.
  func open(_ info: RequestInfo, _ admitted: AdmittedRequest?, _ responder: Responder) -> Responder
  {
    let entry = Entry(
      attributes: info.attributes, method: info.request.method.token, path: info.request.path,
      schema: admitted?.schemaName, level: admitted?.levelName, seats: admitted?.seat?.seats ?? 0)
    let number = state.withLock { state in
      state.last += 1
      state.entries[state.last] = entry
      return state.last
    }
    return responder.observed(by: Observer(requests: self, number: number))
  }

  private func close(_ number: UInt64) {
    state.withLock { $0.entries[number] = nil }
  }

  private struct Observer: ResponseObserver {
    let requests: OpenRequests
    let number: UInt64

    func answered(_ status: Int, isStream: Bool, _ headers: inout HeaderFields) {
      requests.close(number)
    }

    func abandoned() { requests.close(number) }
  }
}
