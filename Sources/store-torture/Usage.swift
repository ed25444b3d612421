#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What this process has used so far.
struct Usage {
  let wall: Duration
  /// User and system time of all threads.
  let processor: Duration

  private static let start = ContinuousClock.now

  static func now() -> Usage {
    Usage(wall: ContinuousClock.now - start, processor: .microseconds(clock()))
  }

  static func - (left: Usage, right: Usage) -> Usage {
    Usage(wall: left.wall - right.wall, processor: left.processor - right.processor)
  }

  /// Resident memory in bytes.
  static var residentByteCount: Int {
    var buffer = [CChar](repeating: 0, count: 128)
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    guard fgets(&buffer, CInt(buffer.count), file) != nil else { return 0 }
    let text = String(decoding: buffer.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(sysconf(CInt(_SC_PAGESIZE)))
  }
}

extension Duration {
  var microseconds: Double {
    Double(components.seconds) * 1e6 + Double(components.attoseconds) / 1e12
  }

  /// Divided among operations, in microseconds.
  func each(_ count: Int) -> String { rounded(microseconds / Double(count)) }
}

func rounded(_ value: Double) -> String {
  let scaled = (value * 100).rounded() / 100
  return "\(scaled)"
}
