import Foundations
import Resources
import Synchronization
import Testing

@testable import APIServer

/// Stored Services, and the plugin that gives them their addresses out of ranges that are soon full.
private struct Stage {
  private final class Stored: Sendable {
    let services = Mutex<[String: Document]>([:])
  }

  private let stored: Stored
  private let plugin: ServiceAddresses

  init() throws {
    let stored = Stored()
    self.stored = stored
    // The first and the last address are the network's: 14 are left.
    plugin = ServiceAddresses(
      range: try #require(CIDR("10.43.0.0/28")), nodePorts: 30000...30001,
      services: { stored.services.withLock { Array($0.values) } })
  }

  @discardableResult func create(_ name: String, _ spec: Document = .emptyObject) throws -> Document
  {
    var service: Document = [
      "metadata": ["name": Document(name), "uid": Document(name)], "spec": spec,
    ]
    let write = AdmissionWrite(
      operation: .create, resource: .services, subresource: nil, namespace: "default", name: name,
      user: User(name: "jane", uid: "", groups: []), isDryRun: false, old: nil)
    try plugin.admit(&service, write)
    stored.services.withLock { $0[name] = service }
    plugin.settle(service, write)
    return service
  }

  func delete(_ name: String) { stored.services.withLock { $0[name] = nil } }
}

@Suite("Ranges of Services that are full")
struct ServiceAddressesTests {
  @Test(
    "the last address is given, the next Service is told what to do, and gets one that came back")
  func addresses() throws {
    let stage = try Stage()
    let given = try (1...14).map { number in
      try stage.create("s\(number)")[path: "spec", "clusterIP"]?.string
    }
    #expect(Set(given.compactMap(\.self)).count == 14)
    let refusal = #expect(throws: APIError.self) { try stage.create("more") }
    #expect(refusal?.code == 500)
    #expect(
      refusal?.message.contains("range 10.43.0.0/28 is full: delete Services that nobody needs")
        == true, "\(refusal?.message ?? "")")
    // What needs no address is not kept out.
    #expect(
      try stage.create("headless", ["clusterIP": "None"])[path: "spec", "clusterIP"] == "None")
    stage.delete("s7")
    #expect(try stage.create("more")[path: "spec", "clusterIP"]?.string == given[6])
  }

  @Test("a full range of node ports is told, costs no address, and recovers")
  func nodePorts() throws {
    let stage = try Stage()
    let spec: Document = ["type": "NodePort", "ports": [["port": 80]]]
    for name in ["a", "b"] { try stage.create(name, spec) }
    for _ in 1...20 {
      let refusal = #expect(throws: APIError.self) { try stage.create("c", spec) }
      #expect(
        refusal?.message.contains("range 30000-30001 is full: choose another spec.type") == true)
    }
    for number in 1...11 { try stage.create("s\(number)") }
    stage.delete("a")
    let ports = try #require(try stage.create("c", spec)[path: "spec", "ports"])
    #expect(ports.elements.first { _ in true }?["nodePort"]?.integer != nil)
  }
}
