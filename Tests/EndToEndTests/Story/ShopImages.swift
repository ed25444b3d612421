import Foundation
import Foundations
import Testing

/// The shop's images, made out of Debian packages before a machine without a network begins: once
/// for all tests of a run. What `apt-get` fetched stays in the build directory for the next.
struct ShopImages {
  /// Of the directory with the archives.
  let path: String

  static let missing = OwnMachine.missing(also: ["apt-get", "dpkg-deb", "openssl", "realpath"])

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  /// `examples/shop`.
  static let example = root.appending(path: "examples/shop").path

  private static let made = Task { try await make() }

  static func ready() async throws -> ShopImages { try await made.value }

  private static func make() async throws -> ShopImages {
    let program = Kubectl.builtDirectory.appending(path: "martlet").path
    let images = ShopImages(path: root.appending(path: ".build/shop-tests").path)
    var command = Command(
      "env",
      [
        "MARTLET=\(program)", "MARTLET_BUILD_ONLY=1",
        root.appending(path: "scripts/shop-images").path, images.path,
      ])
    command.limit = .seconds(170)
    let outcome = try await command.run()
    try #require(outcome.exitCode == 0, "\(outcome.complaint)")
    return images
  }
}
