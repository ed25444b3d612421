package import Foundations

/// The blocks into which the pods' addresses are cut, one for each node. Pure.
package struct NodeBlocks: Equatable, Sendable {
  private let range: CIDR
  private let prefixLength: Int

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

  /// The lowest block that overlaps none that is taken; `nil` where there is none left. Cost is
  /// O(taken), sorted.
  package func firstFree(taken: some Sequence<CIDR>) -> CIDR? {
    let hostBitCount = UInt128(range.family.bitCount - prefixLength)
    let base = range.base.value >> hostBitCount
    let last = Self.ones(prefixLength - range.prefixLength)
    // Blocks that were cut by another setting may be larger or smaller than ours.
    let used = taken.filter { range.overlaps($0) }.map { block -> ClosedRange<UInt128> in
      if block.prefixLength <= range.prefixLength { return 0...last }
      let first = (block.base.value >> hostBitCount) - base
      let end = (block.base.value | Self.ones(block.hostBitCount)) >> hostBitCount
      return first...(end - base)
    }.sorted { $0.lowerBound < $1.lowerBound }
    var candidate: UInt128 = 0
    for block in used where block.upperBound >= candidate {
      if block.lowerBound > candidate { break }
      if block.upperBound == last { return nil }
      candidate = block.upperBound + 1
    }
    return CIDR(
      IPAddress(family: range.family, value: (base + candidate) << hostBitCount),
      prefixLength: prefixLength)
  }

  private static func ones(_ count: Int) -> UInt128 {
    count >= 128 ? .max : (UInt128(1) << UInt128(count)) - 1
  }
}
