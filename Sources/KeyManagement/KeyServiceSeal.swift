import Foundations
package import Logging
import Security
package import Store
import Synchronization

/// Seals values with keys that follow from a seed which only a KMS plugin can decrypt.
///
/// The plugin is asked when the server starts, when its key changes and for seeds that are not known
/// yet, not for each value. While it does not answer, what is known stays readable; writes go on for
/// `writesMax`, and are then refused, since nobody could say that the key is still the right one.
/// Source: KEP-3299, "KMS v2 improvements".
package final class KeyServiceSeal: ValueSeal {
  /// Source: upstream's `kmsv2PluginWriteDEKSourceMaxTTL`.
  static let writesMax = Duration.seconds(180)
  /// Seeds that are kept in memory; one that was not used for longest goes first, and is asked for
  /// again.
  static let seedsMax = 1_000
  /// Values of older starts stay as they are under the same key, until there are so many seeds that
  /// the next start had to ask for each.
  static let seedsUnsealedMax = 16

  fileprivate struct Current {
    let seed: EncryptedSeed
    let seal: SeedSeal
    var end: ContinuousClock.Instant
  }

  fileprivate struct Known {
    let seal: SeedSeal
    var lastUse: UInt64
  }

  fileprivate struct State {
    var current: Current?
    var known: [EncryptedSeed: Known] = [:]
    var useCount: UInt64 = 0
    /// What the last look at the plugin found; `nil` where all was well.
    var problem: KeyServiceError? = KeyServiceError("the plugin has not answered yet")
    var lastLook: ContinuousClock.Instant?
  }

  package let name: String
  /// Before each value.
  private let prefix: [UInt8]
  private let service: any KeyService
  private let logger: Logger
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state = Mutex(State())
  let tally = KeyServiceTally()

  /// - Parameter name: without a colon; values are told by it.
  package init(
    name: String, _ service: any KeyService, logger: Logger,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.name = name
    prefix = Self.mark + name.utf8 + [UInt8(ascii: ":")]
    self.service = service
    self.logger = logger
    self.now = now
  }

  private static let mark = Array("k8s:enc:kms:v2:".utf8)

  /// Which plugin sealed a value, be it known here or not; `nil` where none did.
  package static func provider(of value: [UInt8]) -> String? {
    guard value.starts(with: mark) else { return nil }
    return String(
      decoding: value.dropFirst(mark.count).prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
  }

  // MARK: The plugin

  /// Looks how the plugin is, and begins a new seed where its key is another than before.
  /// - Returns: what is wrong; `nil` where all is well.
  @discardableResult
  package func refresh() async -> KeyServiceError? {
    let start = now()
    var problem: KeyServiceError?
    do throws(KeyServiceError) {
      let status = try await tally.counted(.status) { () async throws(KeyServiceError) in
        try await service.status()
      }
      try status.check()
      try await use(keyID: status.keyID, until: start + Self.writesMax)
    } catch {
      problem = error
    }
    let before = state.withLock { state in
      defer {
        state.problem = problem
        state.lastLook = start
      }
      return state.problem
    }
    if problem != before { tell(problem) }
    return problem
  }

  private func tell(_ problem: KeyServiceError?) {
    if let problem {
      logger.warning(
        "the KMS plugin cannot be used", metadata: ["provider": "\(name)", "why": "\(problem)"])
    } else {
      logger.notice("the KMS plugin can be used", metadata: ["provider": "\(name)"])
    }
  }

  private func use(keyID: String, until end: ContinuousClock.Instant) async throws(KeyServiceError)
  {
    let isKnown = state.withLock { state in
      guard state.current?.seed.keyID == keyID else { return false }
      state.current?.end = end
      return true
    }
    if isKnown { return }
    let secret = SeedSeal.randomSeed()
    let seed = try await tally.counted(.encrypt) { () async throws(KeyServiceError) in
      try await service.encrypt(secret.exposed)
    }
    try seed.check()
    guard seed.keyID == keyID else {
      throw KeyServiceError("Encrypt used another key than Status tells of")
    }
    let seal = try SeedSeal(secret)
    state.withLock { state in
      state.current = Current(seed: seed, seal: seal, end: end)
      state.keep(seal, for: seed)
    }
  }

  /// What is wrong with the plugin, for health checks: looks anew where the last look is some time
  /// ago. Source: upstream's `kmsPluginHealthzPositiveTTL` and `kmsPluginHealthzNegativeTTL`.
  package func health() async -> String? {
    let (problem, last) = state.withLock { ($0.problem, $0.lastLook) }
    let age = Duration.seconds(problem == nil ? 20 : 3)
    if let last, now() - last < age { return problem?.description }
    return await refresh()?.description
  }

  /// The plugin's name for the key that seals now.
  package var keyID: String? { state.withLock { $0.current?.seed.keyID } }

  // MARK: ValueSeal

  package func isOwn(_ value: [UInt8]) -> Bool { value.starts(with: prefix) }

  package func sealed(_ value: [UInt8], at place: Key) throws(StoreError) -> [UInt8] {
    guard let current = state.withLock({ $0.current }) else {
      throw unavailable(place, "be sealed", "the KMS plugin has not answered yet")
    }
    guard now() <= current.end else {
      throw unavailable(
        place, "be sealed", "the KMS plugin has not answered for \(Self.writesMax)")
    }
    do throws(SeedSeal.Refusal) {
      let content = try current.seal.sealed(value, at: place.bytes)
      return prefix + EncryptedValue(content: content, seed: current.seed).bytes
    } catch {
      throw unavailable(place, "be sealed", "the cryptography refused")
    }
  }

  package func opened(_ value: [UInt8], at place: Key) throws(StoreError) -> [UInt8] {
    let encrypted = try encrypted(value, at: place)
    guard let seal = state.withLock({ $0.seal(for: encrypted.seed) }) else {
      throw unavailable(place, "be opened", "its seed has not been decrypted")
    }
    do throws(SeedSeal.Refusal) {
      return try seal.opened(encrypted.content, at: place.bytes)
    } catch {
      throw .corrupt(path: "\(place)", found: "it is not what was sealed there")
    }
  }

  package func isCurrent(_ value: [UInt8]) -> Bool {
    // What cannot be read is found by whoever opens it.
    guard isOwn(value), let encrypted = try? EncryptedValue(Array(value[prefix.count...])) else {
      return false
    }
    return state.withLock { state in
      guard let current = state.current, encrypted.seed.keyID == current.seed.keyID else {
        return false
      }
      return encrypted.seed == current.seed || state.known.count <= Self.seedsUnsealedMax
    }
  }

  /// Asks for the seeds that are not known yet, one after the other. Cost is a call for each.
  package func prepare(toOpen values: [StoredValue]) async throws(StoreError) {
    for stored in values where isOwn(stored.value) {
      let seed = try encrypted(stored.value, at: stored.key).seed
      if state.withLock({ $0.known[seed] != nil }) { continue }
      do throws(KeyServiceError) {
        let secret = try await tally.counted(.decrypt) { () async throws(KeyServiceError) in
          Redacted(try await service.decrypt(seed))
        }
        let seal = try SeedSeal(secret)
        keep(seal, for: seed)
      } catch {
        throw unavailable(stored.key, "be opened", error.description)
      }
    }
  }

  func keep(_ seal: SeedSeal, for seed: EncryptedSeed) {
    state.withLock { $0.keep(seal, for: seed) }
  }

  /// Seeds in memory.
  var knownCount: Int { state.withLock { $0.known.count } }

  private func encrypted(_ value: [UInt8], at place: Key) throws(StoreError) -> EncryptedValue {
    do throws(KeyServiceError) {
      return try EncryptedValue(Array(value[prefix.count...]))
    } catch {
      throw .corrupt(path: "\(place)", found: error.description)
    }
  }

  private func unavailable(_ place: Key, _ what: String, _ why: String) -> StoreError {
    .unavailable(path: "KMS provider \(name)", reason: "\(place) cannot \(what): \(why)")
  }
}

extension KeyServiceSeal.State {
  fileprivate mutating func seal(for seed: EncryptedSeed) -> SeedSeal? {
    guard let found = known[seed] else { return nil }
    useCount += 1
    known[seed]?.lastUse = useCount
    return found.seal
  }

  fileprivate mutating func keep(_ seal: SeedSeal, for seed: EncryptedSeed) {
    useCount += 1
    known[seed] = KeyServiceSeal.Known(seal: seal, lastUse: useCount)
    guard known.count > KeyServiceSeal.seedsMax else { return }
    let oldest = known.filter { $0.key != current?.seed }
      .min { $0.value.lastUse < $1.value.lastUse }
    if let oldest { known[oldest.key] = nil }
  }
}
