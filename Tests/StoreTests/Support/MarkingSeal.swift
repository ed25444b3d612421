import Synchronization

@testable import Store

/// Seals by a mark, the place and the number of a key, so that tests can read what lies below.
final class MarkingSeal: ValueSeal {
  private let number = Mutex<UInt8>(1)
  /// Values of older keys cannot be opened.
  private let forgotten = Mutex<Set<UInt8>>([])

  func rotate() { number.withLock { $0 += 1 } }
  func forget(_ key: UInt8) { _ = forgotten.withLock { $0.insert(key) } }

  private static let mark: [UInt8] = Array("sealed".utf8)

  func sealed(_ value: [UInt8], at place: Key) -> [UInt8] {
    Self.mark + [number.withLock { $0 }, UInt8(place.bytes.count)] + place.bytes + value
  }

  func opened(_ value: [UInt8], at place: Key) throws(StoreError) -> [UInt8] {
    guard value.starts(with: Self.mark) else { return value }
    let number = value[Self.mark.count]
    if forgotten.withLock({ $0.contains(number) }) {
      throw .unavailable(path: "keys", reason: "key \(number) is gone")
    }
    let start = Self.mark.count + 2
    let end = start + Int(value[start - 1])
    guard Array(value[start..<end]) == place.bytes else {
      throw .corrupt(path: "\(place)", found: "it was moved")
    }
    return Array(value[end...])
  }

  func isCurrent(_ value: [UInt8]) -> Bool {
    value.starts(with: Self.mark + [number.withLock { $0 }])
  }
}
