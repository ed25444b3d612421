/// The table in which the iptables program keeps address translation.
enum NATTable {
  static let tables = [
    PacketTable(family: "ip", name: "nat"), PacketTable(family: "ip6", name: "nat"),
  ]

  /// The program that prints a table's content.
  static func listing(_ table: PacketTable) -> String {
    table.family == "ip6" ? "ip6tables-save" : "iptables-save"
  }

  /// Whether nobody needs it: no rule, no chain but those that come with it, no policy.
  /// - Parameter saved: what `iptables-save -t nat` prints.
  static func isUnused(saved: String) -> Bool {
    saved.split(separator: "\n").allSatisfy { line in
      line.hasPrefix("#") || line == "*nat" || line == "COMMIT"
        || ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"].contains {
          line.hasPrefix(":\($0) ACCEPT ")
        }
    }
  }
}
