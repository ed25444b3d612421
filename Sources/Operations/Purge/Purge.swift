import Foundations
package import Logging
import NodeAgent
package import Settings

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// `martlet purge`: carries a plan out, step by step. Stopped half way, it can be run again.
package struct Purge: Sendable {
  private let installation: Installation
  private let path: String
  private let logger: Logger

  /// - Parameter path: PATH's value, where programs are looked for first.
  package init(_ settings: ServerSettings, path: String, logger: Logger) {
    installation = Installation(settings)
    self.path = path
    self.logger = logger
  }

  /// What would be done. Changes nothing.
  package func plan() async throws -> PurgePlan {
    PurgePlan(installation.settings, try await .gather(installation))
  }

  /// - Parameter say: prints one line before each step.
  package func run(_ plan: PurgePlan, say: (String) -> Void) async throws {
    for step in plan.ending {
      say(step.description)
      try await perform(step)
    }
    // What ended has taken things with it: what is left is looked for again.
    for step in plan.ending.isEmpty ? plan.removal : try await self.plan().removal {
      say(step.description)
      try await perform(step)
    }
  }

  private func perform(_ step: PurgeStep) async throws {
    switch step {
    case .stopService:
      let service: any ServiceHost = .ofThisMachine(installation)
      try await service.stop()
    case .removeFile(let path):
      guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path, errno) }
      if path == installation.unitFile {
        try await run("systemctl", ["daemon-reload"], input: "")
      }
    case .removeWorkloads:
      try await Workloads(installation.settings, path: path, logger: logger).end()
    case .unmount(let paths): for path in paths { try MountTable.unmountAll(below: path) }
    case .removeTable(let table):
      // Made first, so that deleting cannot fail for want of it.
      try await run("nft", ["-f", "-"], input: "table \(table)\ndelete table \(table)\n")
    case .removeTableIfUnused(let table):
      let saved = try await HostTools.output(NATTable.listing(table), ["-t", "nat"])
      guard let saved, NATTable.isUnused(saved: saved) else { return }
      try await run("nft", ["delete", "table", table.family, table.name], input: "")
    case .restoreNAT(let input): try await run("iptables-restore", ["--noflush"], input: input)
    case .restoreNATIPv6(let input):
      try await run("ip6tables-restore", ["--noflush"], input: input)
    case .removeTree(let path):
      // What is still mounted there is likely to be somebody's files.
      if let mount = try MountTable.mountPoints(below: path).first {
        throw FileError("remove what is mounted at", mount, EBUSY)
      }
      try FileTree.remove(path)
    case .removeDirectoryIfEmpty(let path):
      guard rmdir(path) == 0 || errno == ENOTEMPTY || errno == ENOENT else {
        throw FileError("remove", path, errno)
      }
    }
  }

  private func run(_ program: String, _ arguments: [String], input: String) async throws {
    var command = Command(program, arguments)
    command.input = Array(input.utf8)
    let outcome = try await command.run()
    guard outcome.exitCode == 0 else {
      throw ServiceError("\(program) failed: \(outcome.complaint)")
    }
  }
}
