import Foundations

/// All names of the cluster at one moment. A value: queries keep the one they began with.
package struct ClusterZone: Sendable {
  package let domain: ClusterDomain
  /// Names of Services, endpoints, namespaces and addresses. Those without records exist, too.
  let names: NameTable

  /// What the cluster has to say to a question.
  package enum Finding: Equatable, Sendable {
    /// Records of the name that was asked for; never empty.
    case records([RecordData])
    /// The name stands for another.
    case alias(DomainName)
    /// The name exists, but not with this type.
    case noData
    case nameError
    /// The name is none of the cluster's: others know.
    case foreign
  }

  package func find(_ name: DomainName, _ type: RecordType) -> Finding {
    if let records = names[name] { return select(type, of: records) }
    if name.isWithin(domain.name) {
      guard name.isWithin(domain.pods), let address = podAddress(name) else { return .nameError }
      return select(type, of: [.address(address)])
    }
    guard let block = ReverseName.block(name),
      let network = domain.ownNetworks.first(where: { $0.overlaps(block) })
    else { return .foreign }
    if block.prefixLength < network.prefixLength { return .foreign }
    return block.prefixLength < block.family.bitCount ? .noData : .nameError
  }

  private func select(_ type: RecordType, of records: [RecordData]) -> Finding {
    if case .alias(let target) = records.first, type != .cname, type != .any {
      return .alias(target)
    }
    guard type != .any else { return records.isEmpty ? .noData : .records(records) }
    // Most names have records of one type: no copy then.
    if !records.isEmpty, records.allSatisfy({ $0.type == type }) { return .records(records) }
    let selected = records.filter { $0.type == type }
    return selected.isEmpty ? .noData : .records(selected)
  }

  /// `10-42-0-7.default.pod.cluster.local` is its own answer, in namespaces that exist.
  /// Source: Kubernetes DNS-Based Service Discovery, 2.6.
  private func podAddress(_ name: DomainName) -> IPAddress? {
    let labels = name.labels(above: domain.pods)
    guard labels.count == 2, names[name.parent] != nil else { return nil }
    let text = String(decoding: labels[0], as: UTF8.self)
    return IPAddress(String(text.map { $0 == "-" ? "." : $0 }))
      ?? IPAddress(String(text.map { $0 == "-" ? ":" : $0 }))
  }
}
