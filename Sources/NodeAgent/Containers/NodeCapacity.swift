package import Foundations

/// What a node has, as far as pods feel it.
package struct NodeCapacity: Equatable, Sendable {
  package var memoryCapacity: Int
  package var allocatable: [String: Quantity]
  /// Control groups of version 2.
  package var isUnifiedCgroup: Bool

  package init(
    memoryCapacity: Int, allocatable: [String: Quantity] = [:], isUnifiedCgroup: Bool = false
  ) {
    self.memoryCapacity = memoryCapacity
    self.allocatable = allocatable
    self.isUnifiedCgroup = isUnifiedCgroup
  }
}
