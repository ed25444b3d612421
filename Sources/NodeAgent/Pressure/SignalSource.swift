import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Reads what a node has left, from the kernel: two calls for file systems and four small files.
struct SignalSource: Sendable {
  private let nodeDirectory: String

  /// - Parameter nodeDirectory: on the file system of volumes and logs; must exist.
  init(nodeDirectory: String) { self.nodeDirectory = nodeDirectory }

  /// - Parameter imageDirectory: on the file system of images; `nil` where nobody knows yet.
  func read(imageDirectory: String?) throws(FileError) -> SignalReadings {
    let information = try DurableFile.read("/proc/meminfo") ?? []
    let memory = HostUsage(
      memoryInformation: information, statistics: [], memoryStatistics: [], ticksPerSecond: 1,
      processCount: 0)
    let capacity = (KeyedNumbers(information)["MemTotal"] ?? 0) * 1024
    var imageFiles: FileSystemUsage?
    if let imageDirectory { imageFiles = try FileSystemUsage.read(imageDirectory) }
    return SignalReadings(
      nodeFiles: try FileSystemUsage.read(nodeDirectory), imageFiles: imageFiles,
      sharesFileSystem: imageDirectory.map { Self.device($0) == Self.device(nodeDirectory) }
        ?? true,
      memory: memory, memoryCapacity: Int(clamping: capacity),
      processCount: Self.processCount(try DurableFile.read("/proc/loadavg") ?? []),
      processesMax: try Self.processesMax())
  }

  /// "0.20 0.18 0.12 1/80 11206": how many run, of how many there are. Source: proc(5).
  static func processCount(_ load: [UInt8]) -> Int {
    let words = String(decoding: load, as: UTF8.self).split(separator: " ")
    guard words.count > 3, let slash = words[3].firstIndex(of: "/") else { return 0 }
    return Int(words[3][words[3].index(after: slash)...]) ?? 0
  }

  private static func processesMax() throws(FileError) -> Int {
    let numbers = KeyedNumbers.single(try DurableFile.read("/proc/sys/kernel/pid_max"))
    let threads = KeyedNumbers.single(try DurableFile.read("/proc/sys/kernel/threads-max"))
    return Int(clamping: min(numbers, threads))
  }

  private static func device(_ path: String) -> UInt {
    var status = stat()
    return stat(path, &status) == 0 ? UInt(status.st_dev) : 0
  }
}
