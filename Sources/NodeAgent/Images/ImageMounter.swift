import Foundations

/// Shows what is in images as directories of the node.
package protocol ImageMounting: Sendable {
  /// Mounts an image that the runtime holds, read-only. Done at once where something is mounted
  /// there already.
  /// - Parameter path: absolute; made where it is missing.
  func mount(_ reference: String, at path: String) async throws
  /// Takes the mount away, and what containerd keeps for it. Can be repeated.
  func release(_ path: String) async throws
}

/// Mounts images with containerd's own `ctr`, since its Container Runtime Interface has image volumes
/// only from version 2.1 on. Containerd holds a read-only snapshot for each mount under the mount's
/// path; one that nobody releases it lets go after a day, the mount living on.
package struct ImageMounter: ImageMounting {
  /// Absolute.
  private let ctr: String
  private let socketPath: String

  package init(ctr: String, socketPath: String) {
    self.ctr = ctr
    self.socketPath = socketPath
  }

  package func mount(_ reference: String, at path: String) async throws {
    if try MountTable.mountPoints(below: path).contains(path) { return }
    try DurableFile.makeDirectory(path, mode: 0o755)
    try await run(["mount", reference, path], at: path)
  }

  package func release(_ path: String) async throws {
    guard try MountTable.mountPoints(below: path).contains(path) else { return }
    try await run(["unmount", "--rm", path], at: path)
  }

  private func run(_ arguments: [String], at path: String) async throws {
    let command = Command(
      ctr, ["--address", socketPath, "--namespace", "k8s.io", "images"] + arguments)
    let outcome = try await command.run()
    guard outcome.exitCode == 0 else {
      throw ImageError.mountFailed(path: path, complaint: outcome.complaint)
    }
  }
}
