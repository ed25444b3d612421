import Synchronization

/// One of the shapes in which an object or an event is sent. The API server names them: a media
/// type together with the API version that the object is shown in.
package struct EncodingFormat: Hashable, Sendable {
  package let rawValue: UInt16
  package init(_ rawValue: UInt16) { self.rawValue = rawValue }
}

/// The encodings made so far of one immutable thing, each made once and shared by all readers.
///
/// Bounded: it keeps `formatsMax` formats, the first that were asked for; others are made anew for
/// every reader.
struct EncodingCache: ~Copyable, Sendable {
  static let formatsMax = 4

  struct Entry {
    let format: EncodingFormat
    let bytes: [UInt8]
  }
  private let entries = Mutex<[Entry]>([])

  /// - Parameter make: runs outside the lock; two readers that come first together both make the
  ///   bytes, and one copy is kept.
  func bytes(in format: EncodingFormat, make: () throws -> [UInt8]) rethrows -> [UInt8] {
    if let known = find(format) { return known }
    let made = try make()
    return entries.withLock { entries in
      if let known = entries.first(where: { $0.format == format }) { return known.bytes }
      if entries.count < Self.formatsMax { entries.append(Entry(format: format, bytes: made)) }
      return made
    }
  }

  private func find(_ format: EncodingFormat) -> [UInt8]? {
    entries.withLock { $0.first { $0.format == format }?.bytes }
  }
}
