import Resources
import Testing

@testable import Scheduling

@Suite("What a pod takes from its node")
struct ResourceAmountsTests {
  private func container(_ cpu: String, sidecar: Bool = false) -> Document {
    var container: Document = ["name": "c", "resources": ["requests": ["cpu": Document(cpu)]]]
    if sidecar { container["restartPolicy"] = "Always" }
    return container
  }

  private func milliCPU(_ spec: Document) -> Int { ResourceAmounts(podSpec: spec).milliCPU }

  @Test("containers add up, init containers run alone")
  func initContainers() {
    let containers = Document([container("100m"), container("200m")])
    #expect(milliCPU(["containers": containers]) == 300)
    #expect(
      milliCPU(["containers": containers, "initContainers": Document([container("1")])]) == 1000)
    #expect(
      milliCPU(["containers": containers, "initContainers": Document([container("50m")])]) == 300)
  }

  @Test("sidecars count beside the containers and beside later init containers")
  func sidecars() {
    let inits = Document([container("100m", sidecar: true), container("300m")])
    #expect(milliCPU(["containers": [container("200m")], "initContainers": inits]) == 400)
    let before = Document([container("300m"), container("100m", sidecar: true)])
    #expect(milliCPU(["containers": [container("100m")], "initContainers": before]) == 300)
  }

  @Test("overhead comes on top, and a pod's own request replaces the sum")
  func overhead() {
    #expect(
      milliCPU(["containers": [container("100m")], "overhead": ["cpu": "25m"]]) == 125)
    #expect(
      milliCPU([
        "containers": [container("100m")], "resources": ["requests": ["cpu": "500m"]],
        "overhead": ["cpu": "25m"],
      ]) == 525)
  }
}
