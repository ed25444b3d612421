package import Foundations

/// Where the host keeps its control groups.
package struct CgroupLayout: Equatable, Sendable {
  package enum Version: Sendable {
    case v1
    case v2
    /// Version 1 for the controllers; version 2 beside it, without any.
    case hybrid
  }

  /// The directory of each version 1 controller's hierarchy, links and pairs included:
  /// `memory` is at `/sys/fs/cgroup/memory`.
  private let controllers: [String: String]
  /// The directory of the version 2 hierarchy.
  private let unified: String?
  /// Every hierarchy's directory, once: also those that control nothing, as systemd's own.
  package let hierarchies: [String]

  /// Reads the mount table.
  package static func detect() throws(FileError) -> CgroupLayout {
    CgroupLayout(mountTable: try DurableFile.read("/proc/self/mountinfo") ?? [])
  }

  /// - Parameter mountTable: as `/proc/self/mountinfo` has it.
  init(mountTable: [UInt8]) {
    var controllers: [String: String] = [:]
    var unified: String?
    var hierarchies: Set<String> = []
    for line in mountTable.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " ")).map {
        String(decoding: $0, as: UTF8.self)
      }
      // ID, parent, device, root, mount point, options, optional fields, "-", type, source,
      // options. Source: proc(5).
      guard fields.count > 4, let dash = fields.firstIndex(of: "-"), dash + 3 < fields.count
      else { continue }
      switch fields[dash + 1] {
      case "cgroup2":
        unified = unified ?? fields[4]
      case "cgroup":
        for option in fields[dash + 3].split(separator: ",") {
          let name = String(option)
          if Self.knownControllers.contains(name) { controllers[name] = fields[4] }
        }
      default:
        continue
      }
      hierarchies.insert(fields[4])
    }
    self.controllers = controllers
    self.unified = unified
    self.hierarchies = hierarchies.sorted()
  }

  private static let knownControllers: Set<String> = [
    "cpu", "cpuacct", "cpuset", "memory", "pids", "devices", "freezer", "blkio", "hugetlb",
  ]

  package var version: Version {
    if controllers.isEmpty { return .v2 }
    return unified == nil ? .v1 : .hybrid
  }

  /// The directory in which `controller` keeps the group at `path`; `nil` where the host has no
  /// such controller.
  /// - Parameter path: below the hierarchy: `/martlet/kubepods`; empty for the root group.
  package func directory(of path: String, controller: String) -> String? {
    (version == .v2 ? unified : controllers[controller]).map { "\($0)\(path)" }
  }

  var isUnified: Bool { version == .v2 }
  var unifiedDirectory: String? { unified }
}
