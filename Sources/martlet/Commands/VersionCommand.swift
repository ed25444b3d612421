import ArgumentParser

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the versions of Martlet and of the API it serves.")

  func run() {
    print("martlet \(MartletVersion.current), Kubernetes API \(MartletVersion.kubernetes)")
  }
}

enum MartletVersion {
  static let current = "0.1.0"
  /// The version of Kubernetes whose API is served.
  static let kubernetes = "v1.36.2"
}
