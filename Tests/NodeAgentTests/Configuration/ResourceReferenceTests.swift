import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct ResourceReferenceTests {
  private let container = Container([
    "resources": [
      "limits": ["cpu": "1500m", "memory": "64Mi"],
      "requests": ["cpu": "250m", "memory": "32Mi"],
    ]
  ])

  @Test(
    "amounts are divided and rounded up",
    arguments: [
      ("limits.cpu", "1", "2"), ("limits.cpu", "1m", "1500"), ("requests.cpu", "1", "1"),
      ("requests.memory", "1Mi", "32"), ("limits.memory", "1", "67108864"),
      ("limits.memory", "1G", "1"), ("limits.memory", "0", "67108864"),
    ])
  func division(_ resource: String, _ divisor: String, _ expected: String) throws {
    let reference = ResourceFieldSelector([
      "resource": Document(resource), "divisor": Document(divisor),
    ])
    let value = try ContainerResourceReference.value(
      reference, of: container, allocatable: [:])
    #expect(value == expected)
  }

  @Test("a limit that is not set is the node's")
  func allocatable() throws {
    let value = try ContainerResourceReference.value(
      ResourceFieldSelector(["resource": "limits.memory"]), of: Container(),
      allocatable: ["memory": Quantity(4096)])
    #expect(value == "4096")
  }
}
