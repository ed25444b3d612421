import Resources

/// Keeps the zone's names in step with Services and namespaces, one object at a time: a change costs
/// what the object's own names cost, whatever else the cluster holds.
struct ZoneBuilder {
  private let domain: ClusterDomain
  private var names: [DomainName: [RecordData]]
  /// What each Service gave, to take it back.
  private var given: [ObjectKey: [DomainName: [RecordData]]] = [:]
  /// Names that more than one Service may give: those of addresses.
  private var givers: [DomainName: Set<ObjectKey>] = [:]

  init(_ domain: ClusterDomain) {
    self.domain = domain
    names = domain.fixedNames
  }

  /// The names as they are now. Cheap; the next change pays for a copy of the table.
  var zone: ClusterZone { ClusterZone(domain: domain, names: names) }

  /// - Parameter records: empty for a Service that is gone.
  mutating func update(_ service: ObjectKey, _ records: [DomainName: [RecordData]]) {
    let old = given[service] ?? [:]
    given[service] = records.isEmpty ? nil : records
    for name in old.keys where records[name] == nil {
      givers[name]?.remove(service)
      settle(name)
    }
    for (name, data) in records where old[name] != data {
      givers[name, default: []].insert(service)
      settle(name)
    }
  }

  private mutating func settle(_ name: DomainName) {
    let services = givers[name] ?? []
    if services.isEmpty { givers[name] = nil }
    let all = services.count > 1 ? services.sorted() : Array(services)
    names[name] = all.isEmpty ? nil : all.flatMap { given[$0]?[name] ?? [] }
  }

  mutating func update(namespace: String, exists: Bool) {
    guard let label = ClusterDomain.label(namespace) else { return }
    for parent in [domain.services, domain.pods] {
      if let name = label.below(parent) { names[name] = exists ? [] : nil }
    }
  }
}
