/// What of Martlet's was found on the host. Gathered by `HostFindings.gather`, judged by
/// `PurgePlan`.
package struct HostFindings: Equatable, Sendable {
  /// A supervisor, a unit or a server of ours runs.
  package var serviceRuns = false
  package var unitFile: String?
  /// The link that puts our program on the PATH, where it is ours.
  package var link: String?
  /// A containerd of our own has left a trace: its directory, its processes, its groups.
  package var runtimeLeftTraces = false
  /// Mount points below our directories.
  package var mounts: [String] = []
  /// Everybody's.
  package var tables: [PacketTable] = []
  /// What was there before; `nil` where nobody noted it.
  var noted: HostNote?
  /// Input for `iptables-restore` and `ip6tables-restore`.
  package var hostPortRemoval: String?
  package var hostPortRemovalIPv6: String?
  /// Names in the data directory; `nil` where there is none.
  package var dataEntries: [String]?
  package var runtimeEntries: [String]?

  package init() {}
}
