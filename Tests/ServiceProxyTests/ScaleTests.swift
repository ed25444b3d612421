import Foundations
import Resources
import Testing

@testable import ServiceProxy

@Suite(
  "Services at scale",
  .enabled("needs root, nft, ip and python3") { await ServiceNetwork.isPossible() })
struct ScaleTests {
  @Test("5,000 Services with 50,000 endpoints load, and one change is small")
  func scale() async throws {
    var services: [Service] = []
    var slices: [EndpointSlice] = []
    for number in 0..<5000 {
      let name = "web-\(number)"
      services.append(
        Sample.service(
          name, "10.96.\(number / 250).\(number % 250 + 1)",
          nodePort: number < 2700 ? 30000 + number : nil))
      let endpoints = (0..<10).map { index in
        let at = number * 10 + index
        return Sample.endpoint("10.42.\(at / 250).\(at % 250 + 1)", node: "node-\(at % 500)")
      }
      slices.append(Sample.slice(of: name, endpoints))
    }
    let clock = ContinuousClock()
    var rules = ServiceRules([:], table: Sample.surroundings.table)
    let making = clock.measure {
      rules = ServiceRules(services, slices, in: Sample.surroundings)
    }
    var text = ""
    let rendering = clock.measure { text = rules.replacementText }
    slices[17].endpoints.removeLast()
    let changed = ServiceRules(services, slices, in: Sample.surroundings)
    var changes = ""
    let comparing = clock.measure { changes = changed.changes(from: rules) }
    #expect(changes.split(separator: "\n").count == 3)
    try await ServiceNetwork.with { network in
      let loading = try await clock.measure { try await network.loader.apply(text) }
      let changing = try await clock.measure { try await network.loader.apply(changes) }
      print(
        "making \(making), rendering \(rendering) (\(text.utf8.count) bytes), loading \(loading),",
        "comparing \(comparing), loading one change \(changing)")
    }
  }
}
