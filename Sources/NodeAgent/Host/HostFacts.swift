package import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What the host is, as a node's `status.nodeInfo` and `status.capacity` say it. Read once at start.
package struct HostFacts: Equatable, Sendable {
  package var machineID: String
  package var systemUUID: String
  package var bootID: String
  package var kernelVersion: String
  package var osImage: String
  /// As the API spells it: "amd64", "arm64".
  package var architecture: String
  package var cpuCount: Int
  package var memoryBytes: UInt64
  package var swapBytes: UInt64
  /// Of the file system that holds pods' data.
  package var ephemeralStorageBytes: UInt64
  package var pidsMax: UInt64

  /// - Parameter dataDirectory: where pods' data is; must exist.
  package static func read(dataDirectory: String) throws(FileError) -> HostFacts {
    func text(_ path: String) throws(FileError) -> String? {
      guard let bytes = try DurableFile.read(path) else { return nil }
      let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
      return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
    let memory = KeyedNumbers(try DurableFile.read("/proc/meminfo") ?? [])
    let machineIDs = [try text("/etc/machine-id"), try text("/var/lib/dbus/machine-id")]
    let machineID = machineIDs.compactMap(\.self).first ?? ""
    let storage = try FileSystemUsage.read(dataDirectory)
    let pidMax = KeyedNumbers.single(try DurableFile.read("/proc/sys/kernel/pid_max"))
    let threadsMax = KeyedNumbers.single(try DurableFile.read("/proc/sys/kernel/threads-max"))
    var name = utsname()
    uname(&name)
    return HostFacts(
      machineID: machineID,
      systemUUID: try text("/sys/class/dmi/id/product_uuid") ?? machineID,
      bootID: try text("/proc/sys/kernel/random/boot_id") ?? "",
      kernelVersion: withUnsafeBytes(of: name.release) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      },
      osImage: osImage(try DurableFile.read("/etc/os-release") ?? []),
      architecture: withUnsafeBytes(of: name.machine) { bytes in
        architecture(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
      },
      cpuCount: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
      memoryBytes: (memory["MemTotal"] ?? 0) * 1024,
      swapBytes: (memory["SwapTotal"] ?? 0) * 1024,
      ephemeralStorageBytes: storage.capacityBytes,
      pidsMax: min(pidMax, threadsMax))
  }

  /// Source: os-release(5).
  static func osImage(_ release: [UInt8]) -> String {
    for line in String(decoding: release, as: UTF8.self).split(separator: "\n") {
      guard line.hasPrefix("PRETTY_NAME=") else { continue }
      return String(line.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" && $0 != "'" })
    }
    return "Linux"
  }

  /// The kernel's word for a processor in the API's.
  static func architecture(_ machine: String) -> String {
    switch machine {
    case "x86_64": "amd64"
    case "aarch64": "arm64"
    default: machine
    }
  }
}
