import APIServer
import Foundations
import Logging
import MartletTesting
import Resources
import Synchronization
import Testing

@testable import Controllers

@Suite(.timeLimit(.minutes(1))) struct LoadBalancerControllerTests {
  private final class Notes: EventSink {
    let all = Mutex<[ObjectEventNote]>([])
    func record(_ note: ObjectEventNote) { all.withLock { $0.append(note) } }
    var warned: [String] {
      all.withLock { $0.filter { $0.kind == .warning }.map(\.key.name) }
    }
  }

  private func service(_ name: String) -> Document {
    [
      "metadata": ["name": Document(name)],
      "spec": ["type": "LoadBalancer", "selector": ["app": "web"], "ports": [["port": 8080]]],
    ]
  }

  private func node(
    _ name: String, _ address: String, ready: Bool = true, _ client: any ClusterClient
  ) async throws {
    do {
      _ = try await client.create(.nodes, namespace: nil, ["metadata": ["name": Document(name)]])
    } catch let error as APIError where error.reason == .alreadyExists {
      // Its status changes.
    }
    _ = try await client.patch(
      .nodes, namespace: nil, name: name, subresource: "status",
      Patch(
        .merge,
        [
          "status": [
            "addresses": [["type": "InternalIP", "address": Document(address)]],
            "conditions": [["type": "Ready", "status": ready ? "True" : "False"]],
          ]
        ]))
  }

  @Test(
    "a Service gets the nodes' addresses, a second with its port waits for it, and a changed type gives it back"
  )
  func addresses() async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      let informers = InformerSet(client: client)
      let services = informers[.services]
      let notes = Notes()
      let controller = LoadBalancerController(
        client: client, informers: informers, events: notes,
        reserved: LoadBalancerPlan.ReservedPorts(owners: [:], nodePorts: 30000...32767, ingress: [])
      )
      let loop = ControllerLoop(
        controller, waitingFor: [services],
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      try await node("one", "198.51.100.7", client)
      _ = try await client.create(.services, namespace: "default", service("web"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        group.addTask { await loop.run() }
        func address(of name: String, is wanted: Document?) async {
          let key = ObjectKey(namespace: "default", name: name)
          await services.waitUntil(key, limit: .seconds(30)) {
            $0?[path: "status", "loadBalancer", "ingress"] == wanted
          }
          #expect(services[key]?[path: "status", "loadBalancer", "ingress"] == wanted)
        }
        let nodes: Document = [["ip": "198.51.100.7", "ipMode": "VIP"]]
        await address(of: "web", is: nodes)
        // Nodes come and go.
        try await node("two", "198.51.100.8", client)
        let both: Document = [
          ["ip": "198.51.100.7", "ipMode": "VIP"], ["ip": "198.51.100.8", "ipMode": "VIP"],
        ]
        await address(of: "web", is: both)
        try await node("two", "198.51.100.8", ready: false, client)
        await address(of: "web", is: nodes)
        _ = try await client.create(.services, namespace: "default", service("second"))
        while notes.warned.isEmpty { try await ContinuousClock().sleep(for: .milliseconds(10)) }
        await address(of: "second", is: nil)
        _ = try await client.patch(
          .services, namespace: "default", name: "web",
          Patch(.merge, ["spec": ["type": "ClusterIP"]]))
        await address(of: "web", is: nil)
        await address(of: "second", is: nodes)
        #expect(notes.warned == ["second"])
        group.cancelAll()
      }
    }
  }
}
