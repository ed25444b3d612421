import Foundation
import Foundations
import Testing

/// The versions of kubectl that users have and tests are run with.
struct Kubectl: Sendable, CustomTestStringConvertible {
  /// Absolute.
  let path: String

  /// Every kubectl of this machine: `MARTLET_KUBECTL`, else the one on PATH and the newest one of
  /// the Python registry (`scripts/fetch-kubectl`).
  static let all: [Kubectl] = {
    if let named = ProcessInfo.processInfo.environment["MARTLET_KUBECTL"] {
      return [Kubectl(path: named)]
    }
    let places = ["/usr/local/bin/kubectl", "/usr/bin/kubectl"]
    let onPath = places.first { FileManager.default.isExecutableFile(atPath: $0) }
    let fetched = builtDirectory.appending(path: "../../tools/kubectl").standardized.path
    let found = [onPath, fetched].compactMap(\.self)
    return found.filter { FileManager.default.isExecutableFile(atPath: $0) }
      .map { Kubectl(path: $0) }
  }()

  /// Where the program under test stands, beside the tests.
  static var builtDirectory: URL {
    URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
  }

  var testDescription: String { path }
}
