package import Foundations
package import Resources
import Synchronization

/// Gives Services their cluster address and node ports, each to one Service at a time.
///
/// What is taken is what the stored Services say, and what writes under way hold.
package final class ServiceAddresses: AdmissionPlugin {
  private let range: CIDR
  private let nodePorts: ClosedRange<Int>
  private let services: @Sendable () -> [Document]
  private let held = Mutex(Held())

  private struct Held {
    var addresses: Set<String> = []
    var ports: Set<Int> = []
  }

  /// - Parameters:
  ///   - range: where cluster addresses come from.
  ///   - services: every stored Service.
  package init(
    range: CIDR, nodePorts: ClosedRange<Int>, services: @escaping @Sendable () -> [Document]
  ) {
    self.range = range
    self.nodePorts = nodePorts
    self.services = services
  }

  package var stage: AdmissionStage { .allocating }

  package func admit(_ service: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource == .services, write.operation != .delete, write.subresource == nil else {
      return
    }
    var spec = service["spec"] ?? .emptyObject
    let type = spec["type"]?.string ?? "ClusterIP"
    if let old = write.old?["spec"] {
      ServiceTypeChange(from: old, to: type).drop(from: &spec)
      keep(old, in: &spec, type)
    }
    if type == "ExternalName" {
      for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] { spec[field] = nil }
      service["spec"] = spec
      return
    }
    var taken = Held()
    for other in services() where other[path: "metadata", "uid"] != service[path: "metadata", "uid"]
    {
      collect(other["spec"], into: &taken)
    }
    service["spec"] = try held.withLock { held throws(APIError) in
      var claimed = spec
      try claim(&claimed, type, taken, &held, write)
      return claimed
    }
  }

  /// A write without addresses keeps those the Service has.
  private func keep(_ old: Document, in spec: inout Document, _ type: String) {
    guard type != "ExternalName" else { return }
    if spec["clusterIP"]?.string?.isEmpty ?? true {
      for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]
      where spec[field] == nil || field == "clusterIP" {
        spec[field] = old[field]
      }
    }
    guard type == "NodePort" || type == "LoadBalancer" else {
      return
    }
    let oldPorts = old["ports"]?.elements.map { $0 } ?? []
    spec.editPorts { port in
      guard port["nodePort"]?.integer ?? 0 == 0 else { return }
      let same = oldPorts.first { candidate in
        candidate["port"] == port["port"] && candidate["protocol"] == port["protocol"]
          && candidate["name"] == port["name"]
      }
      if let number = same?["nodePort"] { port["nodePort"] = number }
    }
  }

  private func collect(_ spec: Document?, into taken: inout Held) {
    for address in spec?["clusterIPs"]?.elements.compactMap(\.string) ?? [] where address != "None"
    {
      taken.addresses.insert(address)
    }
    if let address = spec?["clusterIP"]?.string, address != "None" {
      taken.addresses.insert(address)
    }
    for port in spec?["ports"]?.elements.compactMap({ $0["nodePort"]?.integer }) ?? []
    where port > 0 {
      taken.ports.insert(port)
    }
  }

  private func claim(
    _ spec: inout Document, _ type: String, _ taken: Held, _ held: inout Held,
    _ write: AdmissionWrite
  ) throws(APIError) {
    var claimed = Held()
    let wanted = spec["clusterIP"]?.string ?? ""
    let own = write.old?[path: "spec", "clusterIP"]?.string
    // Validation tells of what is no address, and of one that is another than before.
    let isChange = own.map { !wanted.isEmpty && $0 != wanted } ?? false
    if wanted != "None", !isChange, wanted.isEmpty || IPAddress(wanted) != nil {
      let address: String
      if wanted.isEmpty {
        guard let free = freeAddress(taken.addresses.union(held.addresses)) else {
          throw .internalError(
            "failed to allocate a serviceIP: range \(range) is full: delete Services that nobody "
              + "needs, or make some headless (spec.clusterIP None); a wider service-cidr is for a "
              + "new cluster")
        }
        address = free
      } else if wanted == own {
        address = wanted
      } else {
        try requireFree(wanted, taken.addresses.union(held.addresses), write)
        address = wanted
      }
      if address != own {
        claimed.addresses.insert(address)
        held.addresses.insert(address)
      }
      spec["clusterIP"] = Document(address)
    }
    spec["clusterIPs"] = [spec["clusterIP"] ?? "None"]
    if spec["ipFamilies"]?.isEmpty ?? true { spec["ipFamilies"] = ["IPv4"] }
    if spec["ipFamilyPolicy"] == nil { spec["ipFamilyPolicy"] = "SingleStack" }

    guard type == "NodePort" || type == "LoadBalancer" else { return }
    if type == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"]?.bool == false { return }
    var problem: APIError?
    var used = taken.ports.union(held.ports)
    let ownPorts = Set(
      write.old?[path: "spec", "ports"]?.elements.compactMap { $0["nodePort"]?.integer } ?? [])
    spec.editPorts { port in
      guard problem == nil else { return }
      let number = port["nodePort"]?.integer ?? 0
      if number == 0 {
        guard let free = freePort(used) else {
          problem = .internalError(
            "failed to allocate a nodePort: range \(nodePorts.lowerBound)-\(nodePorts.upperBound) is "
              + "full: choose another spec.type, delete Services that have one, or start the server "
              + "with wider node-ports")
          return
        }
        port["nodePort"] = Document(free)
        used.insert(free)
        claimed.ports.insert(free)
      } else if !ownPorts.contains(number) && !claimed.ports.contains(number) {
        if !nodePorts.contains(number) {
          problem = invalid(
            write, "spec.ports[0].nodePort", "\(number)",
            "provided port is not in the valid range. The range of valid ports is "
              + "\(nodePorts.lowerBound)-\(nodePorts.upperBound)")
        } else if used.contains(number) {
          problem = invalid(
            write, "spec.ports[0].nodePort", "\(number)", "provided port is already allocated")
        } else {
          used.insert(number)
          claimed.ports.insert(number)
        }
      }
    }
    if let problem {
      for address in claimed.addresses { held.addresses.remove(address) }
      throw problem
    }
    held.ports.formUnion(claimed.ports)
  }

  private func requireFree(_ address: String, _ used: Set<String>, _ write: AdmissionWrite)
    throws(APIError)
  {
    guard let parsed = IPAddress(address), range.contains(parsed) else {
      throw invalid(
        write, "spec.clusterIPs", "[\"\(address)\"]",
        "failed to allocate IP \(address): the provided IP (\(address)) is not in the valid range. "
          + "The range of valid IPs is \(range)")
    }
    if used.contains(address) {
      throw invalid(
        write, "spec.clusterIPs", "[\"\(address)\"]",
        "failed to allocate IP \(address): provided IP is already allocated")
    }
  }

  private func invalid(_ write: AdmissionWrite, _ field: String, _ value: String, _ why: String)
    -> APIError
  {
    .invalid(
      write.resource, write.name,
      [
        APIError.Cause(
          reason: "FieldValueInvalid", message: "Invalid value: \(value): \(why)", field: field)
      ])
  }

  /// Random, so that an address that was just given back is not at once another service's. The
  /// first 256 addresses, or 16 of a small range, are left to those who choose theirs.
  /// Source: Kubernetes documentation, "Service ClusterIP allocation".
  private func freeAddress(_ used: Set<String>) -> String? {
    let count = 1 << min(range.hostBitCount, 24)
    // A range of 16 has none to leave.
    let reserved = count > 16 ? min(max(16, count / 16), 256) : 1
    for bounds in [reserved..<(count - 1), 1..<reserved] where !bounds.isEmpty {
      for _ in 0..<64 {
        if let candidate = address(at: Int.random(in: bounds)), !used.contains(candidate) {
          return candidate
        }
      }
      for offset in bounds {
        if let candidate = address(at: offset), !used.contains(candidate) { return candidate }
      }
    }
    return nil
  }

  private func address(at offset: Int) -> String? {
    range.address(at: UInt128(offset))?.description
  }

  private func freePort(_ used: Set<Int>) -> Int? {
    for _ in 0..<64 {
      let candidate = Int.random(in: nodePorts)
      if !used.contains(candidate) { return candidate }
    }
    return nodePorts.first { !used.contains($0) }
  }

  /// What the write held is now said by the stored Service, or free again.
  package func settle(_ service: Document, _ write: AdmissionWrite) {
    guard write.resource == .services else { return }
    var said = Held()
    collect(service["spec"], into: &said)
    held.withLock { held in
      held.addresses.subtract(said.addresses)
      held.ports.subtract(said.ports)
    }
  }
}

extension Document {
  /// Changes every port of a service's spec.
  mutating func editPorts(_ change: (inout Document) -> Void) {
    guard let ports = self["ports"], !ports.isEmpty else { return }
    self["ports"] = Document(
      ports.elements.map { port in
        var port = port
        change(&port)
        return port
      })
  }
}
