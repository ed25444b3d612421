/// Everything that makes an image of one layer.
package struct ImageRecipe: Equatable, Sendable {
  /// With a registry and a tag: `docker.io/library/busybox:1.35`.
  package var reference: String
  package var architecture: Architecture
  package var files: [ImageFile]
  package var entrypoint: [String] = []
  package var command: [String] = []
  /// `NAME=value`.
  package var environment: [String] = []
  package var workingDirectory = ""
  /// `user`, `user:group`, by number or name; empty for root.
  package var user = ""
  /// `8080/tcp`.
  package var exposedPorts: [String] = []
  package var labels: [String: String] = [:]

  package init(reference: String, architecture: Architecture, files: [ImageFile]) {
    self.reference = reference
    self.architecture = architecture
    self.files = files
  }

  /// As images name processors.
  package enum Architecture: String, Sendable {
    case amd64
    case arm64

    /// This program's; `nil` where Martlet has no images for it.
    package static var current: Architecture? {
      #if arch(x86_64)
        .amd64
      #elseif arch(arm64)
        .arm64
      #else
        nil
      #endif
    }
  }
}
