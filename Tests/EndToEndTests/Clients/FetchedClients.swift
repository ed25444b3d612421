import Foundation

/// What `scripts/fetch-clients` has brought from the Python registry: clients of Kubernetes that were
/// written for other servers than ours.
enum FetchedClients {
  /// A virtual environment with the packages of `requirements.txt`. Its programs are run as
  /// `$python/bin/python -m NAME`: the others name the place where they were installed.
  static let python = tools.appending(path: "clients")
  static let helm = tools.appending(path: "helm")
  /// Programs, charts and manifests of these tests.
  static let files = URL(filePath: #filePath).deletingLastPathComponent().path

  /// What a test cannot go without.
  static var missingForPython: [String] {
    OwnMachine.missing
      + missing(python.appending(path: "requirements.txt"), "the Python clients")
  }

  static var missingForHelm: [String] { OwnMachine.missing + missing(helm, "Helm") }

  private static let tools = Kubectl.builtDirectory.appending(path: "../../tools").standardized

  private static func missing(_ file: URL, _ what: String) -> [String] {
    FileManager.default.fileExists(atPath: file.path)
      ? [] : ["\(what) (scripts/fetch-clients)"]
  }
}
