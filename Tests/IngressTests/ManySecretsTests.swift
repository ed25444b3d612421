import APIServer
import Foundations
import IngressRouting
import MartletTesting
import Networking
import Resources
import Security
import Synchronization
import Testing

@testable import Ingress

/// An ingress as a node runs it, with more certificates than a connection to the server has streams.
@Suite(.timeLimit(.minutes(5))) struct ManySecretsTests {
  private static let count = 1_000
  private static let namespace = "default"

  @Test("1,000 TLS Secrets are followed each by itself, and other requests do not wait for them")
  func thousand() async throws {
    try await TestAPIServer.run { server in
      try await prepare(server)
      let node = try server.client(user: "system:node:one", groups: ["system:nodes"])
      let watch = RouteWatch(
        client: RemoteClusterClient(node.transport), sharedSlices: nil, door: nil)
      let outcomes = Outcomes()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await watch.run { outcomes.note($0.certificates) } }
        let isComplete: (CertificateTable) -> Bool = { table in
          (0..<Self.count).allSatisfy { table.secret(for: "h\($0).shop.test") != nil }
        }
        try await outcomes.wait(until: isComplete)
        let all = (0..<Self.count).map { watch.certificate(in: Self.key($0)) }
        #expect(all.allSatisfy { $0?.certificate != nil })
        // Four of five streams of a connection are for watches, of these and of what routes are made of:
        // 1,004 of them do not fit on five.
        while server.server.connectionCount < 6 {
          try await ContinuousClock().sleep(for: .milliseconds(10))
        }
        #expect(try await node.get("/api/v1/services").status == 200)

        let key = Self.key(Self.count - 1)
        let before = watch.certificate(in: key)?.resourceVersion
        _ = try await server.api.client.update(
          .secrets, namespace: Self.namespace, secret(key.name, try identity("other.test")))
        try await outcomes.wait { $0.secret(for: "h\(Self.count - 1).shop.test") == nil }
        #expect(watch.certificate(in: key)?.resourceVersion != before)
        #expect(outcomes.last.problems.map(\.reason) == [.certificateMismatch])
        group.cancelAll()
      }
      node.transport.close()
    }
  }

  private static func key(_ number: Int) -> ObjectKey {
    ObjectKey(namespace: namespace, name: "tls-\(number)")
  }

  private func identity(_ host: String) throws -> TLSIdentity {
    let authority = try CertificateAuthority.make(commonName: "test", now: .now())
    return try authority.issue(.server("web", dnsNames: [host], addresses: []), now: .now())
  }

  private func secret(_ name: String, _ identity: TLSIdentity) -> Document {
    [
      "metadata": ["name": Document(name)], "type": "kubernetes.io/tls",
      "data": [
        "tls.crt": .base64(identity.certificateChainPEM),
        "tls.key": .base64(identity.privateKeyPEM.exposed),
      ],
    ]
  }

  /// What nodes may do, a class, and an Ingress for each Secret.
  private func prepare(_ server: TestAPIServer) async throws {
    let client = server.api.client
    _ = try await client.create(
      .clusterRoles, namespace: nil,
      [
        "metadata": ["name": "routes"],
        "rules": [
          [
            "apiGroups": ["", "networking.k8s.io", "discovery.k8s.io"],
            "resources": ["services", "ingresses", "ingressclasses", "endpointslices"],
            "verbs": ["get", "list", "watch"],
          ]
        ],
      ])
    _ = try await client.create(
      .clusterRoleBindings, namespace: nil,
      [
        "metadata": ["name": "routes"],
        "roleRef": [
          "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "routes",
        ],
        "subjects": [
          ["apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:nodes"]
        ],
      ])
    _ = try await client.create(
      .ingressClasses, namespace: nil,
      [
        "metadata": ["name": "martlet"],
        "spec": ["controller": Document(IngressClasses.controller)],
      ])
    let identity = try identity("*.shop.test")
    for number in 0..<Self.count {
      let name = Self.key(number).name
      _ = try await client.create(.secrets, namespace: Self.namespace, secret(name, identity))
      _ = try await client.create(
        .ingresses, namespace: Self.namespace,
        [
          "metadata": ["name": Document(name)],
          "spec": [
            "ingressClassName": "martlet",
            "defaultBackend": ["service": ["name": "web", "port": ["number": 80]]],
            "tls": [
              ["hosts": [Document("h\(number).shop.test")], "secretName": Document(name)]
            ],
          ],
        ])
    }
  }
}

/// The tables that came into force.
private final class Outcomes: Sendable {
  private let newest = Mutex(CertificateTable())
  private let changed = AsyncSignal()

  var last: CertificateTable { newest.withLock { $0 } }

  func note(_ table: CertificateTable) {
    newest.withLock { $0 = table }
    changed.wake()
  }

  func wait(until isSatisfied: (CertificateTable) -> Bool) async throws {
    while !isSatisfied(last) {
      await changed.wait()
      try Task.checkCancellation()
    }
  }
}
