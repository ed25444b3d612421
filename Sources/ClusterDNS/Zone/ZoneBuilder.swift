package import Resources

/// Keeps the zone's names in step with Services and namespaces, one object at a time: a change costs
/// what the object's own names cost, whatever else the cluster holds.
package struct ZoneBuilder {
  private let domain: ClusterDomain
  private var names = NameTable()
  /// What each Service gave, to take it back.
  private var given: [ObjectKey: [DomainName: [RecordData]]] = [:]
  /// Who gives the names of addresses: the only ones that several Services may give.
  private var givers: [DomainName: [ObjectKey]] = [:]

  package init(_ domain: ClusterDomain) {
    self.domain = domain
    for (name, records) in domain.fixedNames { names[name] = records }
  }

  /// The names as they are now. Cheap; the next change pays for a copy of the parts that it touches.
  package var zone: ClusterZone { ClusterZone(domain: domain, names: names) }

  /// - Parameter records: empty for a Service that is gone.
  package mutating func update(_ service: ObjectKey, _ records: [DomainName: [RecordData]]) {
    let old = given[service] ?? [:]
    given[service] = records.isEmpty ? nil : records
    for name in old.keys where records[name] == nil { settle(name, service, nil) }
    for (name, data) in records where old[name] != data { settle(name, service, data) }
  }

  private mutating func settle(
    _ name: DomainName, _ service: ObjectKey, _ records: [RecordData]?
  ) {
    guard ReverseName.isOne(name) else {
      names[name] = records
      return
    }
    var services = givers[name] ?? []
    services.removeAll { $0 == service }
    if records != nil { services.append(service) }
    givers[name] = services.isEmpty ? nil : services
    services.sort()
    names[name] = services.isEmpty ? nil : services.flatMap { given[$0]?[name] ?? [] }
  }

  package mutating func update(namespace: String, exists: Bool) {
    guard let label = ClusterDomain.label(namespace) else { return }
    for parent in [domain.services, domain.pods] {
      if let name = label.below(parent) { names[name] = exists ? [] : nil }
    }
  }
}
