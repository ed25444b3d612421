package import Foundations

/// What a record says.
package enum RecordData: Hashable, Sendable {
  /// A or AAAA, by the address's family.
  case address(IPAddress)
  case alias(DomainName)
  case pointer(DomainName)
  case nameServer(DomainName)
  case service(ServiceLocation)
  case authority(Authority)
  /// Strings of at most 255 bytes.
  case text([[UInt8]])
  /// A type that this program does not look into.
  case other(RecordType, [UInt8])

  package var type: RecordType {
    switch self {
    case .address(let address): address.family == .v4 ? .a : .aaaa
    case .alias: .cname
    case .pointer: .ptr
    case .nameServer: .ns
    case .service: .srv
    case .authority: .soa
    case .text: .txt
    case .other(let type, _): type
    }
  }
}

/// Where a service is offered. Source: RFC 2782.
package struct ServiceLocation: Hashable, Sendable {
  package var priority: UInt16
  package var weight: UInt16
  package var port: UInt16
  package var target: DomainName

  package init(priority: UInt16 = 0, weight: UInt16, port: UInt16, target: DomainName) {
    self.priority = priority
    self.weight = weight
    self.port = port
    self.target = target
  }
}

/// The start of a zone. Times in seconds. Source: RFC 1035, 3.3.13; `minimum`: RFC 2308, 4.
package struct Authority: Hashable, Sendable {
  package var server: DomainName
  package var mailbox: DomainName
  package var serial: UInt32
  package var refresh: UInt32
  package var retry: UInt32
  package var expire: UInt32
  /// How long it may be remembered that something does not exist.
  package var minimum: UInt32
}

package struct ResourceRecord: Hashable, Sendable {
  package var name: DomainName
  package var timeToLiveSeconds: UInt32
  package var data: RecordData

  package init(name: DomainName, timeToLiveSeconds: UInt32, data: RecordData) {
    self.name = name
    self.timeToLiveSeconds = timeToLiveSeconds
    self.data = data
  }
}
