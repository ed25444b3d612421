import CLinux
import Foundations

/// Memory that the C library's allocator keeps after it was freed, and gives back to the machine.
///
/// A burst of requests leaves holes all over the heap; the allocator returns only what lies at its
/// end. Measured: 260 MB were held after 60,000 objects had come and gone, of which 130 MB were free.
/// Source: mallopt(3), malloc_trim(3).
enum HeldMemory {
  /// Two cores allocate without getting in each other's way; each further arena has holes of its own.
  private static let arenasMax: CInt = 2
  /// Growth that is worth a walk over the heap, which costs some milliseconds.
  private static let growthMin = 8 << 20
  private static let interval = Duration.seconds(15)
  /// From this size on a piece of memory is a mapping of its own, whose pages the kernel clears each
  /// time: pieces of answers, of 128 KB and a little, are to come from the heap.
  private static let mappedByteCountMin: CInt = 1 << 20
  /// What may be free at a heap's end before it shrinks: the pieces of several answers at once.
  private static let spareByteCountMax: CInt = 4 << 20

  /// Runs the body, and gives back what is free whenever memory has grown since the last time.
  /// Nothing is done but one look at the size in each interval while it does not grow.
  static func givingBack(_ body: @escaping @Sendable () async throws -> Void) async throws {
    mallopt(M_ARENA_MAX, arenasMax)
    mallopt(M_MMAP_THRESHOLD, mappedByteCountMin)
    mallopt(M_TRIM_THRESHOLD, spareByteCountMax)
    // Cancelled when the body ends.
    async let _ = watch()
    try await body()
  }

  private static func watch() async {
    guard var size = residentByteCount() else { return }
    while (try? await Task.sleep(for: interval)) != nil, let now = residentByteCount() {
      guard now > size + growthMin else { continue }
      malloc_trim(0)
      size = residentByteCount() ?? now
    }
  }

  /// - Returns: `nil` where the machine does not tell, as in a sandbox without `/proc`.
  private static func residentByteCount() -> Int? {
    // SIZE RESIDENT SHARED ... in pages. Source: proc_pid_statm(5).
    let text = (try? DurableFile.read("/proc/self/statm")).flatMap { $0 } ?? []
    let words = text.split(separator: UInt8(ascii: " "))
    guard words.count > 1, let pages = Int(String(decoding: words[1], as: UTF8.self)) else {
      return nil
    }
    return pages * Int(getpagesize())
  }
}
