import CLinux
import ContainerRuntimeInterface
import Foundations

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What a containerd of our own and its pods leave on a host, and its removal. Data directories
/// are their owner's to delete, when nothing below them is mounted any more.
package struct RuntimeFootprint: Sendable {
  package var layout: ContainerdLayout
  /// Below every cgroup hierarchy: `/martlet`.
  package var cgroupRoot: String
  package var bridge: String
  package var masqueradeTable: String

  package init(
    layout: ContainerdLayout, cgroupRoot: String, bridge: String, masqueradeTable: String
  ) {
    self.layout = layout
    self.cgroupRoot = cgroupRoot
    self.bridge = bridge
    self.masqueradeTable = masqueradeTable
  }

  /// Ends every pod in order, as far as the runtime still answers: their addresses, mounts and
  /// cgroups go the way they came.
  /// - Parameter concurrency: pods at a time.
  package func removePods(with runtime: any ContainerRuntime, concurrency: Int = 8) async throws {
    let sandboxes = try await runtime.sandboxes(matching: nil).map { SandboxID($0.id) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, sandbox) in sandboxes.enumerated() {
        if index >= concurrency { try await group.next() }
        group.addTask {
          try await runtime.stopSandbox(sandbox)
          try await runtime.removeSandbox(sandbox)
        }
      }
      try await group.waitForAll()
    }
  }

  /// After containerd has ended: removes what is left, by force. Can be repeated, and finds
  /// nothing to do after an orderly `removePods`, but for empty directories and the bridge.
  package func removeRemains() async throws {
    let shimSockets = try self.shimSockets()
    let networkNotes = try self.networkNotes()
    for process in try leftoverProcesses() { kill(process, SIGKILL) }
    for directory in [layout.stateDirectory, layout.dataDirectory] {
      try MountTable.unmountAll(below: directory)
    }
    for file in shimSockets + networkNotes { unlink(file) }
    try await CgroupTree.remove(cgroupRoot)
    if martlet_remove_bridge(bridge) != 0, errno != ENODEV {
      throw FileError("remove the interface", bridge, errno)
    }
    try await PodMasquerade(table: masqueradeTable, podCIDRs: [], clusterCIDRs: []).remove()
    try await PortMappingRemains.remove()
    // Where plugins and shims of any containerd keep notes: gone when nobody else uses them.
    for directory in [
      "/var/lib/cni/results", "/var/lib/cni", "/run/containerd/s", "/run/containerd",
    ] {
      rmdir(directory)
    }
  }

  /// Shims of our containerd, and whatever still runs in our cgroups.
  private func leftoverProcesses() throws -> [Int32] {
    var found = try CgroupTree.processes(below: cgroupRoot)
    for name in try HostDirectory.names(in: "/proc") {
      guard let id = Int32(name), id != getpid(),
        // Gone meanwhile: nothing to end.
        let commandLine = try? DurableFile.read("/proc/\(name)/cmdline")
      else { continue }
      let words = commandLine.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      guard words.first?.hasSuffix("containerd-shim-runc-v2") == true,
        words.contains(layout.socketPath)
      else { continue }
      found.append(id)
    }
    return found
  }

  /// What the plugins' library noted of sandboxes that were never removed in order: the directory
  /// is every runtime's, a note's name holds its sandbox's.
  private func networkNotes() throws -> [String] {
    let sandboxes = "\(layout.root)/io.containerd.grpc.v1.cri/sandboxes"
    let notes = "/var/lib/cni/results"
    guard access(sandboxes, F_OK) == 0, access(notes, F_OK) == 0 else { return [] }
    let ours = Set(try HostDirectory.names(in: sandboxes))
    return try HostDirectory.names(in: notes).filter { note in
      note.split(separator: "-").contains { ours.contains(String($0)) }
    }.map { "\(notes)/\($0)" }
  }

  /// Each task's directory names the socket that its shim listens at.
  private func shimSockets() throws -> [String] {
    let tasks = "\(layout.state)/io.containerd.runtime.v2.task/k8s.io"
    guard access(tasks, F_OK) == 0 else { return [] }
    return try HostDirectory.names(in: tasks).compactMap { task in
      guard let address = try DurableFile.read("\(tasks)/\(task)/address") else { return nil }
      let text = String(decoding: address, as: UTF8.self)
      return text.hasPrefix("unix://") ? String(text.dropFirst("unix://".count)) : nil
    }
  }
}
