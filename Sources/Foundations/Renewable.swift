import Synchronization

/// A value that is exchanged while others use it: a certificate, an address, a file's content.
/// Whoever reads it next gets the new one; what was read before stays as it was.
package final class Renewable<Value: Sendable>: Sendable {
  private let state: Mutex<Value>

  package init(_ value: Value) { state = Mutex(value) }

  package var current: Value { state.withLock { $0 } }

  package func renew(_ value: Value) { state.withLock { $0 = value } }
}
