import Foundations
import Logging
import Resources
import Security
import Synchronization

/// The keys of one issuer, as its discovery document leads to them: asked for at start, every few
/// minutes, and when a token names a key that is not known yet.
///
/// Bounded: one request at a time, for which all wait that need its answer; after one, another is
/// made no sooner than `pause` later, whatever tokens come.
final class IssuerKeys: Sendable {
  private let issuer: String
  private let discoveryURL: String
  private let fetch: @Sendable (_ url: String) async throws -> [UInt8]
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    var set: WebKeySet?
    var problem: String?
    var endedAt: ContinuousClock.Instant?
    var running: Task<Void, Never>?
  }

  /// A key that the issuer withdrew is taken this much longer.
  static let freshness = Duration.seconds(300)
  /// Between two requests, whoever asks.
  static let pause = Duration.seconds(5)
  static let timeout = Duration.seconds(10)
  static let byteCountMax = 1 << 20

  /// - Parameter fetch: reads a document over HTTPS.
  init(
    issuer: String, discoveryURL: String, logger: Logger,
    fetch: @escaping @Sendable (_ url: String) async throws -> [UInt8]
  ) {
    self.issuer = issuer
    self.discoveryURL = discoveryURL
    self.logger = logger
    self.fetch = fetch
  }

  /// `nil` while the issuer has not answered yet.
  var current: WebKeySet? { state.withLock { $0.set } }

  /// Whether asking the issuer now could bring a key that is not known.
  var mayKnowMore: Bool {
    state.withLock { state in
      state.running != nil || state.endedAt.map { .now - $0 >= Self.pause } ?? true
    }
  }

  /// Asks the issuer, or waits for the answer that somebody else asked for.
  func refresh() async {
    let task = state.withLock { state -> Task<Void, Never> in
      if let running = state.running { return running }
      // Ends with the answer, or its deadline; the issuer may be asked by whoever comes first.
      let task = Task { await self.ask() }
      state.running = task
      return task
    }
    await task.value
  }

  /// As `refresh`, where what is known is old.
  func refreshIfDue() async {
    let isDue = state.withLock { state in
      let age = state.set == nil ? Self.pause : Self.freshness
      return state.running == nil && state.endedAt.map { .now - $0 >= age } ?? true
    }
    if isDue { await refresh() }
  }

  private func ask() async {
    let result: Result<WebKeySet, any Error>
    do { result = .success(try await keys()) } catch { result = .failure(error) }
    let news = state.withLock { state -> String? in
      state.running = nil
      state.endedAt = .now
      switch result {
      case .success(let set):
        state.set = set
        state.problem = nil
        return nil
      case .failure(let error):
        // What is known stays: an issuer that is away for a while locks nobody out.
        defer { state.problem = "\(error)" }
        return state.problem == "\(error)" ? nil : "\(error)"
      }
    }
    if let news {
      logger.warning("the issuer's keys are not known: \(news)", metadata: ["issuer": "\(issuer)"])
    }
  }

  private func keys() async throws -> WebKeySet {
    let discovery = try Document(json: try await fetch(discoveryURL))
    guard discovery["issuer"]?.string == issuer else {
      throw Problem(
        "\(discoveryURL) is of the issuer \"\(discovery["issuer"]?.string ?? "")\", not of this one"
      )
    }
    guard let url = discovery["jwks_uri"]?.string, !url.isEmpty else {
      throw Problem("\(discoveryURL) says no jwks_uri")
    }
    let text = try await fetch(url)
    do throws(WebKeySet.ReadingError) { return try WebKeySet(json: text) } catch {
      throw Problem("\(url): \(error)")
    }
  }

  private struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }
}
