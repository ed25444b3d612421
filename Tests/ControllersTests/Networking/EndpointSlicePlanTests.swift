import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("Which slices a Service should have")
struct EndpointSlicePlanTests {
  private func service(
    target: Document = 8080, publishesNotReady: Bool = false, clusterIP: String = "10.0.0.1"
  ) -> Service {
    Service([
      "metadata": ["name": "web", "namespace": "default", "labels": ["app": "web"]],
      "spec": [
        "clusterIP": Document(clusterIP), "ipFamilies": ["IPv4"],
        "publishNotReadyAddresses": Document(publishesNotReady),
        "ports": [["name": "http", "port": 80, "targetPort": target, "protocol": "TCP"]],
      ],
    ])
  }

  private func pod(
    _ index: Int, ready: Bool = true, phase: String = "Running", isTerminating: Bool = false,
    port: Int = 8080, node: String = "n"
  ) -> Pod {
    var document: Document = [
      "metadata": [
        "name": Document("pod-\(1000 + index)"), "namespace": "default",
        "uid": Document("uid-\(index)"),
      ],
      "spec": [
        "nodeName": Document(node),
        "containers": [
          [
            "name": "c",
            "ports": [["name": "http", "containerPort": Document(port), "protocol": "TCP"]],
          ]
        ],
      ],
      "status": [
        "phase": Document(phase), "podIP": Document("10.1.\(index / 250).\(index % 250 + 1)"),
        "conditions": [["type": "Ready", "status": ready ? "True" : "False"]],
      ],
    ]
    if isTerminating {
      document.set("2026-01-01T00:00:00Z", at: ["metadata", "deletionTimestamp"])
    }
    return Pod(document)
  }

  private func steps(
    _ service: Service, _ pods: [Pod], from existing: [EndpointSlice] = []
  ) -> [EndpointSlicePlan.Step] {
    EndpointSlicePlan(service: service, pods: pods, zoneOfNode: { _ in "z" })
      .steps(from: existing)
  }

  private func created(_ service: Service, _ pods: [Pod]) -> [EndpointSlice] {
    steps(service, pods).compactMap { step in
      if case .create(let slice) = step { return slice }
      return nil
    }
  }

  @Test("a Service without pods has one empty slice that carries its name")
  func empty() throws {
    let slices = created(service(), [])
    let slice = try #require(slices.first)
    #expect(slices.count == 1)
    #expect(slice.endpoints.isEmpty)
    #expect(slice.addressType == "IPv4")
    #expect(slice.metadata.labels["kubernetes.io/service-name"] == "web")
    #expect(slice.metadata.labels["app"] == "web")
    #expect(slice.metadata.generateName == "web-")
  }

  @Test("a slice holds a hundred endpoints, the next begins with the one above")
  func size() {
    #expect(created(service(), (0..<100).map { pod($0) }).map(\.endpoints.count) == [100])
    #expect(created(service(), (0..<101).map { pod($0) }).map(\.endpoints.count) == [100, 1])
  }

  @Test("finished pods and those without a node are left out")
  func leftOut() {
    let pods = [pod(1), pod(2, phase: "Succeeded"), pod(3, phase: "Failed"), pod(4, node: "")]
    #expect(
      created(service(), pods).flatMap(\.endpoints).flatMap(\.addresses) == ["10.1.0.2"])
  }

  @Test("a pod that ends serves on while it can, but is not ready")
  func terminating() throws {
    let slices = created(service(), [pod(1, isTerminating: true)])
    let conditions = try #require(slices.first?.endpoints.first?.document["conditions"])
    #expect(conditions == ["ready": false, "serving": true, "terminating": true])
  }

  @Test("a Service may want its pods listed as ready whatever they are")
  func publishesNotReady() throws {
    let slices = created(service(publishesNotReady: true), [pod(1, ready: false)])
    let conditions = try #require(slices.first?.endpoints.first?.document["conditions"])
    #expect(conditions == ["ready": true, "serving": false, "terminating": false])
  }

  @Test("pods that give a named port different numbers are in different slices")
  func namedPorts() {
    let slices = created(
      service(target: "http"), [pod(1, port: 80), pod(2, port: 81), pod(3, port: 80)])
    #expect(slices.map { $0.ports.map(\.port) } == [[80], [81]])
    #expect(slices.map(\.endpoints.count) == [2, 1])
  }

  @Test("a headless Service says so on its slices")
  func headless() {
    let label = "service.kubernetes.io/headless"
    #expect(created(service(clusterIP: "None"), []).first?.metadata.labels[label] == "")
    #expect(created(service(), []).first?.metadata.labels[label] == nil)
  }

  @Test("slices that are as they should be are not touched")
  func stable() {
    let pods = (0..<150).map { pod($0) }
    let slices = created(service(), pods)
    #expect(steps(service(), pods, from: slices).isEmpty)
    #expect(steps(service(), pods, from: slices.reversed()).isEmpty)
  }

  @Test("a change updates the slice there is; slices too many go")
  func changes() throws {
    let slices = created(service(), (0..<150).map { pod($0) })
    let steps = steps(service(), [pod(0, ready: false)], from: slices)
    #expect(steps.count == 2)
    guard case .update(let kept)? = steps.first, case .delete? = steps.last else {
      Issue.record("expected an update and a deletion, got \(steps)")
      return
    }
    #expect(kept.endpoints.flatMap(\.addresses) == ["10.1.0.1"])
    #expect(kept.metadata.generateName == "web-")
  }
}
