import Resources
import Synchronization

/// The registry for those who are made before it, and who are themselves a part of what it serves.
final class RegistryReference: Sendable {
  private struct Held {
    // The registry holds collections, which hold their admission, which holds this.
    weak var registry: APIRegistry?
  }

  private let held = Mutex(Held())

  /// `nil` until the server is put together, and after its end.
  var registry: APIRegistry? { held.withLock { $0.registry } }

  func set(_ registry: APIRegistry) { held.withLock { $0.registry = registry } }
}
