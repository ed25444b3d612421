import ArgumentParser
import Operations
import Settings

struct PurgeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge",
    abstract: "Take everything of Martlet's off this machine, the cluster's data included.")

  @OptionGroup var settings: SettingArguments

  private static let dryRun = (flag: "--dry-run", help: "Print what would be done, and do nothing")

  func run() async throws {
    try await Failures.reported {
      let resolved = try settings.resolve(for: Self.self, flags: [Self.dryRun])
      try Failures.requireRoot()
      let purge = Purge(
        resolved.settings, path: ProcessFacts.searchPath,
        logger: ProcessLog.logger(resolved.settings))
      let plan = try await purge.plan()
      if settings.contains(Self.dryRun.flag) {
        for step in plan.steps { print("would \(step)") }
      } else {
        try await purge.run(plan) { print($0) }
      }
      for path in plan.kept { print("keep \(path): it is not Martlet's") }
      if plan.steps.isEmpty { print("There is nothing of Martlet's here.") }
    }
  }
}
