import Synchronization

@testable import KeyManagement

/// A plugin that "encrypts" by a number of its own, and does as a test says.
final class FakeKeyService: KeyService {
  struct Behaviour: Sendable {
    var keyID = "k1"
    var health = "ok"
    var version = "v2"
    /// What `Encrypt` says instead of `keyID`.
    var encryptingKeyID: String?
    var isDown = false
  }

  private struct State {
    var behaviour = Behaviour()
    var secrets: [EncryptedSeed: [UInt8]] = [:]
    var count: UInt8 = 0
    var decrypted: [String] = []
    var statusCount = 0
  }
  private let state = Mutex(State())

  var behaviour: Behaviour {
    get { state.withLock { $0.behaviour } }
    set { state.withLock { $0.behaviour = newValue } }
  }

  /// The keys of the seeds that it was asked to decrypt, in order.
  var decrypted: [String] { state.withLock { $0.decrypted } }
  var statusCount: Int { state.withLock { $0.statusCount } }
  var encryptCount: Int { state.withLock { Int($0.count) } }

  private func use<Value: Sendable>(
    _ body: (inout State) throws(KeyServiceError) -> Value
  ) throws(KeyServiceError) -> Value {
    try state.withLock { (state) throws(KeyServiceError) -> Value in
      if state.behaviour.isDown { throw KeyServiceError("nobody is there") }
      return try body(&state)
    }
  }

  func status() async throws(KeyServiceError) -> KeyServiceStatus {
    try use { (state) throws(KeyServiceError) in
      state.statusCount += 1
      let behaviour = state.behaviour
      return KeyServiceStatus(
        version: behaviour.version, health: behaviour.health, keyID: behaviour.keyID)
    }
  }

  func encrypt(_ plaintext: [UInt8]) async throws(KeyServiceError) -> EncryptedSeed {
    try use { (state) throws(KeyServiceError) in
      state.count += 1
      let seed = EncryptedSeed(
        ciphertext: [state.count],
        keyID: state.behaviour.encryptingKeyID ?? state.behaviour.keyID,
        annotations: ["round.example.com": [state.count]])
      state.secrets[seed] = plaintext
      return seed
    }
  }

  func decrypt(_ seed: EncryptedSeed) async throws(KeyServiceError) -> [UInt8] {
    try use { (state) throws(KeyServiceError) in
      state.decrypted.append(seed.keyID)
      guard let secret = state.secrets[seed] else { throw KeyServiceError("no such key") }
      return secret
    }
  }
}
