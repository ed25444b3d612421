import Foundations
import KeyManagement
import Logging
import Security
import Store
import Synchronization

/// Hides Secrets from whoever reads the store's files: seals them with the keys of a file, and follows
/// that file, so that `martlet secrets rotate` takes effect while the server runs.
final class SecretSealing: ValueSeal {
  /// How soon a key that was added is used.
  private static let interval = Duration.seconds(2)

  private let file: SealingKeyFile
  private let keys: Mutex<SealingKeys>

  /// Makes the file where there is none. Blocks on disk.
  init(_ file: SealingKeyFile) throws {
    self.file = file
    keys = Mutex(try file.prepare())
  }

  /// Seals anew what lies in the open or under older keys, now and whenever a key is added, and then
  /// forgets the older keys. Runs until the task is cancelled.
  func run(_ store: SealedStore, logger: Logger) async {
    var sealedWith: [UInt8]?
    while !Task.isCancelled {
      do {
        let current = try reloaded()
        if current.keys[0].id != sealedWith || current.keys.count > 1 {
          let count = try await store.reseal()
          try file.forgetKeys(behind: current.keys[0].id)
          sealedWith = current.keys[0].id
          if count > 0 { logger.info("sealed \(count) Secrets with the newest key") }
        }
      } catch {
        logger.error("Secrets cannot be sealed anew; the next try is in 2 s: \(error)")
      }
      // Ends early only when the task is cancelled, which the loop looks at.
      try? await ContinuousClock().sleep(for: Self.interval)
    }
  }

  private func reloaded() throws -> SealingKeys {
    guard let read = try file.read() else {
      throw CredentialError.fileUnusable(path: file.path, reason: "it is gone")
    }
    keys.withLock { $0 = read }
    return read
  }

  // MARK: ValueSeal

  func sealed(_ value: [UInt8], at place: Key) throws(StoreError) -> [UInt8] {
    do throws(SealingError) {
      return try keys.withLock { $0 }.sealed(value, at: place.bytes)
    } catch {
      throw .unavailable(path: file.path, reason: "\(place) cannot be sealed")
    }
  }

  func opened(_ value: [UInt8], at place: Key) throws(StoreError) -> [UInt8] {
    if let provider = KeyServiceSeal.provider(of: value) {
      throw .unavailable(
        path: "KMS provider \(provider)",
        reason: "\(place) is sealed by it, and no encryption-provider-config names it")
    }
    do throws(SealingError) {
      return try keys.withLock { $0 }.opened(value, at: place.bytes)
    } catch {
      switch error {
      case .keyMissing(let id):
        throw .unavailable(
          path: file.path,
          reason: "\(place) is sealed with the key \(id), which is not in it: restore that file")
      case .changed, .refused:
        throw .corrupt(path: "\(place)", found: "it is not what was sealed there")
      }
    }
  }

  func isCurrent(_ value: [UInt8]) -> Bool { keys.withLock { $0 }.isCurrent(value) }
}
