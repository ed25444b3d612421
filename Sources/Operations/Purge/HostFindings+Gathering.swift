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
    findings.tables = PacketTable.parse(
      try await HostTools.output("nft", ["list", "tables"]) ?? "")
    findings.noted = try HostNote.read(installation.hostNote)
    func removal(_ program: String) async throws -> String? {
      guard let saved = try await HostTools.output(program, ["-t", "nat"]) else { return nil }
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
}
