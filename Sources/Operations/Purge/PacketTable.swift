import Foundations

/// A table of nftables.
package struct PacketTable: Hashable, Sendable, CustomStringConvertible {
  /// `ip`, `ip6`, `inet`, `bridge`, ...
  package let family: String
  package let name: String

  package init(family: String, name: String) {
    self.family = family
    self.name = name
  }

  package var description: String { "\(family) \(name)" }

  /// Reads what `nft list tables` prints: `table inet NAME` on each line.
  package static func parse(_ text: String) -> [PacketTable] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 3, words[0] == "table" else { return nil }
      return PacketTable(family: String(words[1]), name: String(words[2]))
    }
  }
}
