import CLinux
import Foundations
import Glibc

/// What this machine is and has: read from the kernel, not configured.
package struct NodeFacts: Equatable, Sendable {
  package var cpuCount: Int
  /// Bytes.
  package var memory: Int
  /// Bytes of the file system that holds the agent's data.
  package var disk: Int
  package var machineID: String
  package var bootID: String
  package var kernelVersion: String
  package var osImage: String
  /// As Go names it: `amd64`, `arm64`.
  package var architecture: String

  /// Reads everything anew. Blocks on files of `/proc`, `/sys` and `/etc`, which takes microseconds.
  /// - Parameter dataDirectory: whose file system counts as the node's disk; must exist.
  package static func read(dataDirectory: String) -> NodeFacts {
    var name = utsname()
    uname(&name)
    let machine = text(&name.machine)
    var disk = statvfs()
    statvfs(dataDirectory, &disk)
    return NodeFacts(
      cpuCount: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), memory: totalMemory(),
      disk: Int(disk.f_blocks) * Int(disk.f_frsize),
      machineID: line("/etc/machine-id") ?? line("/var/lib/dbus/machine-id") ?? "",
      bootID: line("/proc/sys/kernel/random/boot_id") ?? "", kernelVersion: text(&name.release),
      osImage: osImage(), architecture: ["x86_64": "amd64", "aarch64": "arm64"][machine] ?? machine)
  }

  private static func totalMemory() -> Int {
    for entry in lines("/proc/meminfo") where entry.hasPrefix("MemTotal:") {
      let words = entry.split(separator: " ")
      if words.count > 1, let kibibytes = Int(words[1]) { return kibibytes * 1024 }
    }
    return 0
  }

  private static func osImage() -> String {
    for entry in lines("/etc/os-release") where entry.hasPrefix("PRETTY_NAME=") {
      return String(entry.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" })
    }
    return "Linux"
  }

  private static func line(_ path: String) -> String? { lines(path).first }

  /// A file of the kernel as lines; none where it is not there.
  private static func lines(_ path: String) -> [String] {
    guard let bytes = try? DurableFile.read(path) else { return [] }  // absent on some machines
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static func text<Tuple>(_ tuple: inout Tuple) -> String {
    withUnsafeBytes(of: &tuple) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
