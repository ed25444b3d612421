import ArgumentParser
import Logging
import Operations
import Settings

struct DownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down",
    abstract: "Stop the server that runs as a service, and all its pods. The cluster's data stay.")

  @OptionGroup var settings: SettingArguments

  func run() async throws {
    try await Failures.reported {
      let settings = try settings.resolve(for: Self.self).settings
      try Failures.requireRoot()
      let logger = ProcessLog.logger(settings)
      let service: any ServiceHost = .ofThisMachine(Installation(settings))
      try await service.stop()
      try await Workloads(settings, path: ProcessFacts.searchPath, logger: logger).end()
      print("Martlet is stopped; its data stay in \(settings.dataDirectory).")
    }
  }
}
