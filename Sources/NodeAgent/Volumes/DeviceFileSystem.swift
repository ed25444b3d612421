import Foundations

/// The file system of a block device that a local volume names: made where there is none, and
/// mounted for one pod. Upstream formats empty devices too; what holds anything is never touched.
/// Source: core/v1 LocalVolumeSource, `fsType`.
package struct DeviceFileSystem: Sendable {
  package var device: String
  /// `nil` takes what is there, and `ext4` where nothing is.
  package var kind: String?
  /// As `mount` takes them.
  package var options: [String]
  package var isReadOnly: Bool

  package init(device: String, kind: String?, options: [String] = [], isReadOnly: Bool = false) {
    self.device = device
    self.kind = kind
    self.options = options
    self.isReadOnly = isReadOnly
  }

  private static let usualKind = "ext4"

  /// Mounts it at `path`, which is made; done at once where something is mounted there already.
  /// - Throws: `DeviceFileSystemError`, `FileError`, or what keeps a program from starting.
  package func mount(at path: String) async throws {
    try DurableFile.makeDirectory(path, mode: 0o750)
    if try MountTable.mountPoints(below: path).contains(path) { return }
    let present = try await presentKind()
    let kind = kind ?? present ?? Self.usualKind
    if present == nil {
      if isReadOnly {
        throw DeviceFileSystemError("\(device) holds no file system, and may not be written")
      }
      try await format(as: kind)
    }
    let wanted = options + (isReadOnly ? ["ro"] : [])
    let outcome = try await Command(
      "mount",
      ["-t", kind] + (wanted.isEmpty ? [] : ["-o", wanted.joined(separator: ",")])
        + ["--", device, path]
    ).run()
    if outcome.exitCode != 0 { throw DeviceFileSystemError(outcome.complaint) }
  }

  /// `blkid` has found nothing known. Source: blkid(8), "EXIT STATUS".
  private static let nothingFound: Int32 = 2

  /// What is on the device; `nil` for nothing at all.
  private func presentKind() async throws -> String? {
    let outcome = try await Command(
      "blkid", ["-p", "-s", "TYPE", "-s", "PTTYPE", "-o", "export", device]
    ).run()
    let lines = String(decoding: outcome.output, as: UTF8.self).split(whereSeparator: \.isNewline)
    func value(_ name: String) -> String? {
      lines.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }
    switch outcome.exitCode {
    case 0:
      if let kind = value("TYPE") { return kind }
      throw DeviceFileSystemError(
        "\(device) holds a partition table of kind \(value("PTTYPE") ?? "unknown"), so it is left "
          + "alone: name one of its partitions")
    case Self.nothingFound where lines.isEmpty && outcome.errorOutput.isEmpty: return nil
    default:
      throw DeviceFileSystemError(
        "what \(device) holds cannot be told, so it is left alone: blkid: \(outcome.complaint)")
    }
  }

  private static let formatLimit = Duration.seconds(600)

  private func format(as kind: String) async throws {
    // These hold back a share for root by default, and ask before they touch a whole disk.
    let flags = kind.hasPrefix("ext") ? ["-q", "-F", "-m0"] : []
    var command = Command("mkfs.\(kind)", flags + [device])
    command.limit = Self.formatLimit
    let outcome = try await command.run()
    if outcome.exitCode != 0 {
      throw DeviceFileSystemError("\(device) cannot be formatted as \(kind): \(outcome.complaint)")
    }
  }
}

package struct DeviceFileSystemError: Error, Equatable, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}
