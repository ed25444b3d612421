package import Foundations
package import Resources

/// Reads a container's requests and limits as the whole numbers that it may show to its processes.
package enum ContainerResourceReference {
  /// - Parameters:
  ///   - reference: `limits.cpu`, `requests.memory` and so on, with a divisor.
  ///   - container: whose; the reference's own `containerName` has been looked up.
  ///   - allocatable: the node's, which stands in for a limit that was not set.
  /// - Returns: the amount divided by the divisor, rounded up.
  package static func value(
    _ reference: ResourceFieldSelector, of container: Container, allocatable: [String: Quantity]
  ) throws(ContainerSetupError) -> String {
    let parts = reference.resource.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw .configuration("unsupported container resource : \(reference.resource)")
    }
    let resources = container.resources ?? ResourceRequirements()
    let name = parts[1]
    let amount: Quantity
    switch parts[0] {
    case "limits":
      amount = nonZero(resources.limits[name]) ?? allocatable[name] ?? .zero
    case "requests":
      amount = resources.requests[name] ?? resources.limits[name] ?? .zero
    default:
      throw .configuration("unsupported container resource : \(reference.resource)")
    }
    let divisor = nonZero(reference.divisor) ?? Quantity(1)
    return String(divided(amount, by: divisor, inThousandths: name == "cpu"))
  }

  private static func nonZero(_ quantity: Quantity?) -> Quantity? {
    quantity.flatMap { $0.isZero ? nil : $0 }
  }

  private static func divided(_ amount: Quantity, by divisor: Quantity, inThousandths: Bool) -> Int
  {
    let dividend = inThousandths ? amount.milliValue : amount.roundedUp
    let by = max(1, inThousandths ? divisor.milliValue : divisor.roundedUp)
    return dividend / by + (dividend % by == 0 ? 0 : 1)
  }
}
