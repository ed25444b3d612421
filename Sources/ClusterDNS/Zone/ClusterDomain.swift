package import Foundations

/// The domain that this server speaks for, and the blocks of addresses whose reverse names it
/// answers.
package struct ClusterDomain: Sendable {
  package let name: DomainName
  let services: DomainName
  let pods: DomainName
  let version: DomainName
  /// The name that the zone gives to this server.
  let server: DomainName
  /// Where clients reach this server.
  package let serverAddress: IPAddress
  /// Addresses of Services and pods: unknown ones in here are nobody else's to name.
  package let ownNetworks: [CIDR]
  /// Stands in the authority section of answers that something does not exist.
  let authority: ResourceRecord

  /// How long clients may remember an answer. As in CoreDNS: so short that a Service that changes is
  /// found again soon, so long that a busy client does not ask for each connection.
  package static let timeToLiveSeconds: UInt32 = 5

  /// The version of the rules for names. Source: Kubernetes DNS-Based Service Discovery, 2.2.
  static let schemaVersion = "1.1.0"

  /// `nil` where `domain` leaves no room for the names below it.
  package init?(_ domain: String, serverAddress: IPAddress, ownNetworks: [CIDR]) {
    guard let name = DomainName(domain), let services = Self.label("svc")?.below(name),
      let pods = Self.label("pod")?.below(name),
      let version = Self.label("dns-version")?.below(name),
      let server = DomainName("ns.dns")?.below(name),
      let mailbox = Self.label("hostmaster")?.below(name)
    else { return nil }
    self.name = name
    self.services = services
    self.pods = pods
    self.version = version
    self.server = server
    self.serverAddress = serverAddress
    self.ownNetworks = ownNetworks
    // Nobody copies this zone, so the serial is constant and the times are what is usual.
    authority = ResourceRecord(
      name: name, timeToLiveSeconds: Self.timeToLiveSeconds,
      data: .authority(
        Authority(
          server: server, mailbox: mailbox, serial: 1, refresh: 7200, retry: 1800, expire: 86400,
          minimum: Self.timeToLiveSeconds)))
  }

  /// One label as a name of its own; `nil` where it is none, as with a dot inside.
  static func label(_ text: String) -> DomainName? {
    text.utf8.contains(UInt8(ascii: ".")) ? nil : DomainName(text)
  }

  /// The names that are there without any object.
  var fixedNames: [DomainName: [RecordData]] {
    [
      name: [.nameServer(server), authority.data],
      services: [], pods: [], server.parent: [],
      server: [.address(serverAddress)],
      version: [.text([Array(Self.schemaVersion.utf8)])],
    ]
  }
}
