/// The type of a record or question. Source: IANA, "DNS Parameters", "Resource Record (RR) TYPEs".
package struct RecordType: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let a = RecordType(rawValue: 1)
  package static let ns = RecordType(rawValue: 2)
  package static let cname = RecordType(rawValue: 5)
  package static let soa = RecordType(rawValue: 6)
  package static let ptr = RecordType(rawValue: 12)
  package static let txt = RecordType(rawValue: 16)
  package static let aaaa = RecordType(rawValue: 28)
  package static let srv = RecordType(rawValue: 33)
  /// EDNS (RFC 6891): no record, but what the sender can do.
  package static let opt = RecordType(rawValue: 41)
  /// Transfers of zones: questions only.
  package static let ixfr = RecordType(rawValue: 251)
  package static let axfr = RecordType(rawValue: 252)
  package static let any = RecordType(rawValue: 255)
}

/// The class of the Internet; the others are history.
package let internetClass: UInt16 = 1
