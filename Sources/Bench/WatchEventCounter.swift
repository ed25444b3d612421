/// Counts a watch's events as its bytes come, without reading what is in them: that would only cost
/// the client's time.
/// Source: Kubernetes API Concepts. JSON's events are lines; those of protobuf have their length in
/// front, in four bytes, most significant first.
struct WatchEventCounter {
  private let encoding: BenchEncoding
  /// Whole events so far.
  private(set) var count = 0
  /// Of protobuf: what has come of a frame's length.
  private var length: [UInt8] = []
  /// Of protobuf: bytes of the present frame that are still to come.
  private var left = 0

  init(_ encoding: BenchEncoding) { self.encoding = encoding }

  mutating func take(_ bytes: [UInt8]) {
    switch encoding {
    case .json: count += bytes.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
    case .protobuf: takeFrames(bytes)
    }
  }

  private mutating func takeFrames(_ bytes: [UInt8]) {
    var index = 0
    while index < bytes.count {
      if left == 0 {
        length.append(bytes[index])
        index += 1
        guard length.count == 4 else { continue }
        left = length.reduce(0) { $0 << 8 | Int($1) }
        length = []
      } else {
        let taken = min(left, bytes.count - index)
        left -= taken
        index += taken
      }
      if left == 0 && length.isEmpty { count += 1 }
    }
  }
}
