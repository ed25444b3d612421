import Foundations
import NodeAgent
import Settings

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

extension HostFindings {
  /// Looks at the host. Changes nothing; needs root to see everything.
  package static func gather(_ installation: Installation) async throws -> HostFindings {
    let settings = installation.settings
    var findings = HostFindings()
    let service: any ServiceHost = .ofThisMachine(installation)
    findings.serviceRuns =
      try await service.isAlive() || ServerLock.holder(installation.serverLock) != nil
    if exists(installation.unitFile) { findings.unitFile = installation.unitFile }
    if linkTarget(installation.link) == installation.program { findings.link = installation.link }
    findings.dataEntries = try entries(settings.dataDirectory)
    findings.runtimeEntries = try entries(settings.runtimeDirectory)
    for directory in [settings.dataDirectory, settings.runtimeDirectory] {
      findings.mounts += try MountTable.mountPoints(below: directory)
    }
    findings.runtimeLeftTraces =
      try exists(settings.containerdStateDirectory)
      || exists(settings.containerdDataDirectory)
      || exists("/sys/class/net/\(settings.bridge)")
      || !CgroupTree.processes(below: settings.cgroupRoot).isEmpty
    findings.tables = PacketTable.parse(try await output("nft", ["list", "tables"]) ?? "")
    func removal(_ program: String) async throws -> String? {
      guard let saved = try await output(program, ["-t", "nat"]) else { return nil }
      return HostPortRules.removal(network: NetworkConfiguration.name, saved: saved)
    }
    findings.hostPortRemoval = try await removal("iptables-save")
    findings.hostPortRemovalIPv6 = try await removal("ip6tables-save")
    return findings
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  private static func linkTarget(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
  }

  private static func entries(_ directory: String) throws -> [String]? {
    exists(directory) ? try HostDirectory.names(in: directory) : nil
  }

  /// `nil` where the program is not installed, and so has left nothing either.
  private static func output(_ program: String, _ arguments: [String]) async throws -> String? {
    do {
      let outcome = try await Command(program, arguments).run()
      guard outcome.exitCode == 0 else {
        throw ServiceError("\(program) failed: \(outcome.complaint)")
      }
      return String(decoding: outcome.output, as: UTF8.self)
    } catch let error as ProcessLaunchError where error.code == ENOENT {
      return nil
    }
  }
}
