package import Foundations

/// The blocks into which the pods' addresses are cut, one for each node, and which of them are taken.
/// Pure.
package struct NodeBlocks: Equatable, Sendable {
  private let range: CIDR
  private let prefixLength: Int
  /// How often each block of ours is taken, by its number in the range.
  private var taken: [UInt128: Int] = [:]
  /// Blocks that were cut by another setting, larger or smaller, and reach into the range. Few.
  private var others: [CIDR: Int] = [:]
  /// All blocks of lower numbers are taken.
  private var lowest: UInt128 = 0

  /// - Parameters:
  ///   - range: the addresses of all pods.
  ///   - prefixLength: of each node's block, not below the range's own.
  package init(of range: CIDR, prefixLength: Int) {
    precondition(
      (range.prefixLength...range.family.bitCount).contains(prefixLength),
      "a node's block lies in the range")
    self.range = range
    self.prefixLength = prefixLength
  }

  package mutating func take(_ block: CIDR) {
    guard range.overlaps(block) else { return }
    if let number = number(of: block) {
      taken[number, default: 0] += 1
    } else {
      others[block, default: 0] += 1
    }
  }

  /// Undoes one `take`.
  package mutating func release(_ block: CIDR) {
    if let number = number(of: block), let count = taken[number] {
      taken[number] = count > 1 ? count - 1 : nil
      lowest = min(lowest, number)
    } else if let count = others[block] {
      others[block] = count > 1 ? count - 1 : nil
      lowest = 0
    }
  }

  /// The lowest block that overlaps none that is taken, now taken itself; `nil` where there is none.
  /// Cost is O(1) over many calls, and O(blocks) after a release.
  package mutating func takeFirstFree() -> CIDR? {
    // Written so that the number of the last block may be the greatest there is.
    let last = UInt128.max >> UInt128(128 - (prefixLength - range.prefixLength))
    while true {
      let block = block(lowest)
      let isFree = taken[lowest] == nil && !others.keys.contains { $0.overlaps(block) }
      if isFree {
        taken[lowest] = 1
        return block
      }
      if lowest == last { return nil }
      lowest += 1
    }
  }

  /// `nil` for blocks of another size or another range.
  private func number(of block: CIDR) -> UInt128? {
    guard block.prefixLength == prefixLength, range.contains(block.base) else { return nil }
    return (block.base.value - range.base.value) >> hostBitCount
  }

  private func block(_ number: UInt128) -> CIDR {
    CIDR(
      IPAddress(family: range.family, value: range.base.value + number << hostBitCount),
      prefixLength: prefixLength)
  }

  private var hostBitCount: UInt128 { UInt128(range.family.bitCount - prefixLength) }
}
