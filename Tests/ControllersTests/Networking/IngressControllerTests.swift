import APIServer
import Foundations
import IngressRouting
import Logging
import MartletTesting
import Resources
import Synchronization
import Testing

@testable import Controllers

@Suite(.timeLimit(.minutes(1))) struct IngressControllerTests {
  private final class Notes: EventSink {
    let all = Mutex<[ObjectEventNote]>([])
    func record(_ note: ObjectEventNote) { all.withLock { $0.append(note) } }
    var texts: [String] { all.withLock { $0.map { "\($0.key.name) \($0.reason)" } } }
  }

  private func ingress(_ name: String, secret: String? = nil) -> Document {
    var spec: Document = [
      "ingressClassName": "martlet",
      "rules": [
        [
          "host": "web.test",
          "http": [
            "paths": [
              [
                "path": "/", "pathType": "Prefix",
                "backend": ["service": ["name": "web", "port": ["number": 80]]],
              ]
            ]
          ],
        ]
      ],
    ]
    if let secret { spec["tls"] = [["hosts": ["web.test"], "secretName": Document(secret)]] }
    return ["metadata": ["name": Document(name)], "spec": spec]
  }

  private func node(_ client: any ClusterClient) async throws {
    _ = try await client.create(.nodes, namespace: nil, ["metadata": ["name": "one"]])
    _ = try await client.patch(
      .nodes, namespace: nil, name: "one", subresource: "status",
      Patch(
        .merge,
        [
          "status": [
            "addresses": [["type": "InternalIP", "address": "198.51.100.7"]],
            "conditions": [["type": "Ready", "status": "True"]],
          ]
        ]))
  }

  @Test(
    "an Ingress of ours gets the nodes' addresses, and each problem is told once while it holds")
  func statusAndProblems() async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      let informers = InformerSet(client: client)
      let ingresses = informers[.ingresses]
      let notes = Notes()
      let controller = IngressController(client: client, informers: informers, events: notes)
      let loop = ControllerLoop(
        controller, waitingFor: [ingresses],
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      try await node(client)
      _ = try await client.create(
        .ingressClasses, namespace: nil,
        [
          "metadata": ["name": "martlet"],
          "spec": ["controller": Document(IngressClasses.controller)],
        ])
      _ = try await client.create(.ingresses, namespace: "default", ingress("web", secret: "tls"))
      var other = ingress("other")
      other.set("elsewhere", at: ["spec", "ingressClassName"])
      _ = try await client.create(.ingresses, namespace: "default", other)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        group.addTask { await loop.run() }
        let key = ObjectKey(namespace: "default", name: "web")
        await ingresses.waitUntil(key, limit: .seconds(30)) {
          $0?[path: "status", "loadBalancer", "ingress"] == [["ip": "198.51.100.7"]]
        }
        #expect(
          ingresses[key]?[path: "status", "loadBalancer", "ingress"] == [["ip": "198.51.100.7"]])
        #expect(Set(notes.texts) == ["web ServiceMissing", "web SecretMissing"])
        // The same host and path in a younger Ingress: only that is new.
        _ = try await client.create(.ingresses, namespace: "default", ingress("xeb"))
        while notes.texts.count < 4 { try await ContinuousClock().sleep(for: .milliseconds(10)) }
        #expect(Set(notes.texts.dropFirst(2)) == ["xeb ServiceMissing", "xeb PathTaken"])
        #expect(
          ingresses[ObjectKey(namespace: "default", name: "other")]?[
            path: "status", "loadBalancer", "ingress"] == nil)
        group.cancelAll()
      }
    }
  }

  @Test("nodes that are not ready, or take nothing from outside, are no address")
  func addresses() {
    func node(
      _ name: String, ready: Bool = true, labels: Document = .emptyObject,
      addresses: [(String, String)]
    ) -> Node {
      Node([
        "metadata": ["name": Document(name), "labels": labels],
        "status": [
          "conditions": [["type": "Ready", "status": Document(ready ? "True" : "False")]],
          "addresses": Document(
            addresses.map { ["type": Document($0.0), "address": Document($0.1)] as Document }),
        ],
      ])
    }
    #expect(
      IngressAddresses.all(of: [
        node("b", addresses: [("InternalIP", "10.0.0.2"), ("ExternalIP", "192.0.2.2")]),
        node("a", addresses: [("InternalIP", "10.0.0.1")]),
        node("c", ready: false, addresses: [("InternalIP", "10.0.0.3")]),
        node(
          "d", labels: ["node.kubernetes.io/exclude-from-external-load-balancers": ""],
          addresses: [("InternalIP", "10.0.0.4")]), node("e", addresses: []),
      ]) == ["10.0.0.1", "192.0.2.2"])
  }
}
