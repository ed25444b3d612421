/// The least that a node must have left of something before it makes room: `memory.available<100Mi`.
/// Source: Kubernetes documentation, "Node-pressure Eviction", "Eviction thresholds".
package struct EvictionThreshold: Equatable, Sendable, CustomStringConvertible {
  package enum Least: Equatable, Sendable {
    case amount(Quantity)
    /// Of the capacity, above 0 and below 100.
    case percentage(Double)
  }

  package let signal: EvictionSignal
  package let least: Least

  package init(_ signal: EvictionSignal, _ least: Least) {
    self.signal = signal
    self.least = least
  }

  /// Bytes, inodes or processes.
  /// - Parameter capacity: in the same unit.
  package func amount(of capacity: Int) -> Int {
    switch least {
    case .amount(let quantity): quantity.roundedUp
    case .percentage(let share): Int(Double(capacity) * share / 100)
    }
  }

  package var description: String { "\(signal.rawValue)<\(leastText)" }

  /// `100Mi` or `10%`.
  package var leastText: String {
    switch least {
    case .amount(let quantity): return quantity.description
    case .percentage(let share):
      let whole = Int(share)
      return Double(whole) == share ? "\(whole)%" : "\(share)%"
    }
  }
}

extension EvictionThreshold {
  /// Source: kubelet's default evictionHard on Linux.
  package static let defaults = [
    EvictionThreshold(.memoryAvailable, .amount(Quantity(100 << 20, format: .binarySI))),
    EvictionThreshold(.nodefsAvailable, .percentage(10)),
    EvictionThreshold(.nodefsInodesFree, .percentage(5)),
    EvictionThreshold(.imagefsAvailable, .percentage(15)),
    EvictionThreshold(.imagefsInodesFree, .percentage(5)),
  ]

  /// Stands for no threshold at all.
  package static let noneWord = "none"

  /// - Parameter text: `memory.available<100Mi,nodefs.available<10%`, or `none`.
  /// - Returns: `nil` for anything else, and where a signal comes twice.
  package static func list(parsing text: String) -> [EvictionThreshold]? {
    guard text != noneWord else { return [] }
    var thresholds: [EvictionThreshold] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let threshold = EvictionThreshold(parsing: part),
        !thresholds.contains(where: { $0.signal == threshold.signal })
      else { return nil }
      thresholds.append(threshold)
    }
    return thresholds
  }

  /// What `list(parsing:)` reads.
  package static func text(_ thresholds: [EvictionThreshold]) -> String {
    thresholds.isEmpty ? noneWord : thresholds.map(\.description).joined(separator: ",")
  }

  private init?(parsing text: Substring) {
    let sides = text.split(separator: "<", omittingEmptySubsequences: false)
    guard sides.count == 2, let signal = EvictionSignal(rawValue: String(sides[0])),
      let least = Self.least(String(sides[1]))
    else { return nil }
    self.init(signal, least)
  }

  private static func least(_ text: String) -> Least? {
    if text.hasSuffix("%") {
      guard let share = Double(text.dropLast()), share > 0, share < 100 else { return nil }
      return .percentage(share)
    }
    do {
      let amount = try Quantity(parsing: text)
      return amount.isZero || amount.isNegative ? nil : .amount(amount)
    } catch {
      return nil  // not a quantity: whoever asks says what it may be
    }
  }
}
