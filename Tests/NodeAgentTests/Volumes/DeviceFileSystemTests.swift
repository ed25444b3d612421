import Foundations
import Glibc
import Testing

@testable import NodeAgent

/// A file as a block device, for the time of one test.
private struct LoopDevice {
  let path: String

  static let programs = ["losetup", "blkid", "mkfs.ext4", "mkfs.ext3", "mount"]

  /// Whether this machine has loop devices to give.
  static let isGiven: Bool = {
    guard geteuid() == 0 else { return false }
    let missing = programs.filter { program in
      !["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains { access("\($0)/\(program)", X_OK) == 0 }
    }
    return missing.isEmpty && access("/dev/loop-control", R_OK | W_OK) == 0 && MountAbility.isGiven
  }()

  static func run(_ program: String, _ arguments: [String]) async throws -> String {
    let outcome = try await Command(program, arguments).run()
    try #require(outcome.exitCode == 0, "\(program): \(outcome.complaint)")
    return String(decoding: outcome.output.dropLast(), as: UTF8.self)
  }

  /// Runs `body` with a device of 8 MiB that begins with `content`.
  static func use(
    _ directory: TestDirectory, content: [UInt8] = [],
    _ body: (LoopDevice) async throws -> Void
  ) async throws {
    let file = "\(directory.path)/disk"
    try FileTree.write(content, to: file, mode: 0o600)
    try #require(truncate(file, 8 << 20) == 0)
    let device = LoopDevice(path: try await run("losetup", ["--find", "--show", file]))
    do { try await body(device) } catch {
      try await device.detach(directory)
      throw error
    }
    try await device.detach(directory)
  }

  private func detach(_ directory: TestDirectory) async throws {
    try MountTable.unmountAll(below: directory.path)
    _ = try await Self.run("losetup", ["--detach", path])
  }
}

@Suite(.enabled(if: LoopDevice.isGiven, "needs root, loop devices and mkfs"))
struct DeviceFileSystemTests {
  @Test("an empty device is formatted once, and shows the same files wherever it is mounted")
  func empty() async throws {
    let directory = try TestDirectory()
    try await LoopDevice.use(directory) { device in
      let volume = DeviceFileSystem(device: device.path, kind: nil, options: ["noatime"])
      try await volume.mount(at: "\(directory.path)/first")
      try directory.write("first/file", "kept")
      try await volume.mount(at: "\(directory.path)/first")
      #expect(try directory.read("first/file") == "kept")
      try await volume.mount(at: "\(directory.path)/second")
      #expect(try directory.read("second/file") == "kept")
      try MountTable.unmountAll(below: directory.path)
      let reader = DeviceFileSystem(device: device.path, kind: "ext4", isReadOnly: true)
      try await reader.mount(at: "\(directory.path)/third")
      #expect(try directory.read("third/file") == "kept")
      #expect(throws: FileError.self) { try directory.write("third/file", "changed") }
    }
  }

  @Test("what is there already is taken, and never formatted as something else")
  func present() async throws {
    let directory = try TestDirectory()
    try await LoopDevice.use(directory) { device in
      _ = try await LoopDevice.run("mkfs.ext3", ["-q", device.path])
      await #expect(throws: DeviceFileSystemError.self) {
        try await DeviceFileSystem(device: device.path, kind: "vfat")
          .mount(at: "\(directory.path)/other")
      }
      try await DeviceFileSystem(device: device.path, kind: nil)
        .mount(at: "\(directory.path)/own")
      #expect(
        try await LoopDevice.run(
          "blkid", ["-p", "-s", "TYPE", "-o", "value", device.path]) == "ext3")
    }
  }

  @Test("a device that must not be written is not formatted")
  func readOnly() async throws {
    let directory = try TestDirectory()
    try await LoopDevice.use(directory) { device in
      await #expect(throws: DeviceFileSystemError.self) {
        try await DeviceFileSystem(device: device.path, kind: nil, isReadOnly: true)
          .mount(at: "\(directory.path)/place")
      }
      let outcome = try await Command("blkid", ["-p", device.path]).run()
      #expect(outcome.exitCode == 2)
    }
  }

  @Test("a partition table is left alone")
  func partitions() async throws {
    let directory = try TestDirectory()
    // A table with one partition of kind Linux. Source: the classic layout of a boot record.
    var record = [UInt8](repeating: 0, count: 512)
    record[446 + 4] = 0x83
    record[446 + 8] = 1
    record[446 + 12] = 16
    record[510] = 0x55
    record[511] = 0xaa
    try await LoopDevice.use(directory, content: record) { device in
      let error = await #expect(throws: DeviceFileSystemError.self) {
        try await DeviceFileSystem(device: device.path, kind: nil)
          .mount(at: "\(directory.path)/place")
      }
      #expect(error?.description.contains("partition table of kind dos") == true)
    }
  }
}
