/// `ServiceRules` as input of `nft -f -`, which carries out one input as one transaction.
extension ServiceRules {
  /// Packets with this bit leave with the node's address. Free to use: no other part of Martlet
  /// marks packets, and the bit is the one that CNI plugins leave to service proxies.
  static let masqueradeMark = "0x4000"
  static let markForMasquerade = "meta mark set meta mark or \(masqueradeMark)"

  /// Removes the table, whether it is there or not.
  package static func removalText(table: String) -> String {
    "add table \(table)\ndelete table \(table)\n"
  }

  /// Puts this in the place of whatever the table holds. Clients' affinity is forgotten.
  package var replacementText: String {
    var text = Self.removalText(table: table)
    text += "table \(table) {\n"
    for collection in Collection.allCases {
      text += "\(collection.isMap ? "map" : "set") \(collection.rawValue) {\n"
      text += "type \(collection.type)\n"
      let members = Self.texts(elements[collection] ?? [:])
      if !members.isEmpty { text += "elements = { \(members.joined(separator: ",\n")) }\n" }
      text += "}\n"
    }
    for name in affinitySets.keys.sorted() {
      text += "set \(name) {\n\(Self.affinityBody(seconds: affinitySets[name] ?? 0))}\n"
    }
    text += Self.fixedChains
    for name in chains.keys.sorted() {
      text += "chain \(name) {\n"
      for rule in chains[name] ?? [] { text += rule + "\n" }
      text += "}\n"
    }
    return text + "}\n"
  }

  /// Leads from what `old` put into the kernel to this; empty where there is nothing to do. What
  /// both have is not touched, so affinity and counters survive. Size is O(differences).
  package func changes(from old: ServiceRules) -> String {
    var text = ""
    // A set's timeout cannot be changed in place: it is a new set, filled anew.
    let staleSets = old.affinitySets.filter { affinitySets[$0.key] != $0.value }.keys.sorted()
    let newSets = affinitySets.filter { old.affinitySets[$0.key] != $0.value }.keys.sorted()
    let goneChains = old.chains.keys.filter { chains[$0] == nil }.sorted()
    let replacedSets = staleSets.filter { affinitySets[$0] != nil }
    let written = chains.filter { name, rules in
      old.chains[name] != rules
        || rules.contains { rule in replacedSets.contains { rule.contains("@\($0) ") } }
    }.keys.sorted()

    for name in written where old.chains[name] == nil {
      text += "add chain \(table) \(name)\n"
    }
    for name in written where old.chains[name] != nil {
      text += "flush chain \(table) \(name)\n"
    }
    for name in goneChains { text += "flush chain \(table) \(name)\n" }
    for name in staleSets { text += "delete set \(table) \(name)\n" }
    for name in newSets {
      let body = Self.affinityBody(seconds: affinitySets[name] ?? 0)
      text += "add set \(table) \(name) {\n\(body)}\n"
    }
    for name in written {
      for rule in chains[name] ?? [] { text += "add rule \(table) \(name) \(rule)\n" }
    }
    for collection in Collection.allCases { text += elementChanges(collection, from: old) }
    for name in goneChains { text += "delete chain \(table) \(name)\n" }
    return text
  }

  private func elementChanges(_ collection: Collection, from old: ServiceRules) -> String {
    let before = old.elements[collection] ?? [:]
    let after = elements[collection] ?? [:]
    let gone = before.filter { after[$0.key] != $0.value }
    let new = after.filter { before[$0.key] != $0.value }
    var text = ""
    let place = "element \(table) \(collection.rawValue)"
    if !gone.isEmpty {
      text += "delete \(place) { \(Self.texts(gone).joined(separator: ", ")) }\n"
    }
    if !new.isEmpty { text += "add \(place) { \(Self.texts(new).joined(separator: ", ")) }\n" }
    return text
  }

  private static func texts(_ elements: [String: String]) -> [String] {
    elements.map { $0.value.isEmpty ? $0.key : "\($0.key) : \($0.value)" }.sorted()
  }

  /// Clients beyond `size` are served without affinity: the kernel refuses to remember more.
  private static func affinityBody(seconds: Int) -> String {
    "type ipv4_addr\nsize 65535\nflags dynamic,timeout\ntimeout \(seconds)s\n"
  }

  /// The ways in. Numbers are the kernel's: -100 translates destinations, 0 filters, 100 translates
  /// sources. Filtering comes after translation, so it sees only what no chain wanted.
  private static let fixedChains = """
    chain prerouting {
    type nat hook prerouting priority -100; policy accept;
    jump services
    }
    chain output {
    type nat hook output priority -100; policy accept;
    jump services
    }
    chain services {
    ip daddr . meta l4proto . th dport vmap @service_addresses
    ip daddr != 127.0.0.0/8 fib daddr type local meta l4proto . th dport vmap @node_ports
    }
    chain postrouting {
    type nat hook postrouting priority 100; policy accept;
    ct status dnat ip saddr . ip daddr @own_endpoints masquerade fully-random
    meta mark & \(masqueradeMark) == 0 return
    meta mark set meta mark xor \(masqueradeMark)
    masquerade fully-random
    }
    chain filter_input {
    type filter hook input priority 0; policy accept;
    ct state new jump unavailable
    }
    chain filter_forward {
    type filter hook forward priority 0; policy accept;
    ct state new jump unavailable
    }
    chain filter_output {
    type filter hook output priority 0; policy accept;
    ct state new jump unavailable
    }
    chain unavailable {
    ip daddr . meta l4proto . th dport vmap @unavailable_addresses
    ip daddr != 127.0.0.0/8 fib daddr type local meta l4proto . th dport vmap @unavailable_node_ports
    ip daddr @cluster_addresses goto refuse
    }
    chain refuse {
    meta l4proto tcp reject with tcp reset
    reject with icmp type port-unreachable
    }

    """
}
