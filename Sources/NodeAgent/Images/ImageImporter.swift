import Foundations

/// Brings images from archives into containerd, where the Container Runtime Interface has no call
/// for it, with containerd's own `ctr`.
package struct ImageImporter: Sendable {
  /// Absolute.
  private let ctr: String
  private let socketPath: String
  private let images: any ImageService

  /// Tells `purge` which images came from us.
  package static let importedLabel = "dev.martlet.imported=true"
  /// Tells the runtime to keep the image when it makes room.
  private static let pinnedLabel = "io.cri-containerd.pinned=pinned"

  package init(ctr: String, socketPath: String, images: any ImageService) {
    self.ctr = ctr
    self.socketPath = socketPath
    self.images = images
  }

  /// Imports the pause image where the runtime lacks it.
  package func ensurePauseImage() async throws {
    guard try await images.image(PauseImage.reference) == nil else { return }
    let archive = Archive.bytes(try PauseImage.archive())
    try await importArchive(archive, as: PauseImage.reference, pinned: true)
  }

  package enum Archive: Sendable {
    case bytes([UInt8])
    /// Absolute: an OCI layout's or Docker's archive.
    case file(String)
  }

  /// Returns when the runtime lists the image. One that is there under that name is replaced.
  /// - Parameters:
  ///   - reference: the name that the archive gives it.
  ///   - pinned: whether the node keeps it when its disk runs full.
  package func importArchive(
    _ archive: Archive, as reference: String, pinned: Bool
  ) async throws {
    var command = ctrImages(["import"])
    switch archive {
    case .bytes(let bytes):
      command.launch.arguments.append("-")
      command.input = bytes
    case .file(let path):
      command.launch.arguments.append(path)
    }
    command.limit = .seconds(600)  // unpacking some GB on a slow disk
    try await run(command, for: reference)
    let labels = [Self.importedLabel] + (pinned ? [Self.pinnedLabel] : [])
    try await run(ctrImages(["label", reference] + labels), for: reference)
    try await waitUntilListed(reference)
  }

  private func ctrImages(_ arguments: [String]) -> Command {
    Command(ctr, ["--address", socketPath, "--namespace", "k8s.io", "images"] + arguments)
  }

  private func run(_ command: Command, for reference: String) async throws {
    let outcome = try await command.run()
    guard outcome.exitCode == 0 else {
      throw ImageError.importFailed(reference: reference, complaint: outcome.complaint)
    }
  }

  /// The interface learns of the image a moment later, by an event inside containerd.
  private func waitUntilListed(_ reference: String) async throws {
    for _ in 0..<500 {
      if try await images.image(reference) != nil { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw ImageError.notSeenByRuntime(reference: reference)
  }
}
