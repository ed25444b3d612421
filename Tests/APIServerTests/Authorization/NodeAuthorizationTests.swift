import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

/// What node agents may do, through a listening server.
@Suite("Nodes", .timeLimit(.minutes(5)))
struct NodeAuthorizationTests {
  private static let pods = "/api/v1/namespaces/default/pods"

  private func node(_ server: TestAPIServer, _ name: String) throws -> TestAPIClient {
    try server.client(user: "system:node:\(name)", groups: ["system:nodes"])
  }

  /// Two nodes, and a pod on each that mounts a secret of its own.
  private func prepare(_ server: TestAPIServer) async throws {
    let admin = try server.client()
    for name in ["one", "two"] {
      let made = try await node(server, name).post(
        "/api/v1/nodes", #"{"metadata":{"name":"\#(name)"}}"#)
      #expect(made.status == 201, "\(made.text)")
      _ = try await admin.post(
        "/api/v1/namespaces/default/secrets", #"{"metadata":{"name":"of-\#(name)"}}"#)
      let pod = try await admin.post(
        Self.pods,
        #"""
        {"metadata":{"name":"on-\#(name)"},"spec":{"nodeName":"\#(name)",
         "containers":[{"name":"c","image":"i","envFrom":[{"configMapRef":{"name":"map"}}]}],
         "volumes":[{"name":"v","secret":{"secretName":"of-\#(name)"}}]}}
        """#)
      #expect(pod.status == 201, "\(pod.text)")
    }
  }

  @Test("a node reads what its pods need, as long as they are there, and nothing of others")
  func reading() async throws {
    try await TestAPIServer.run { server in
      try await prepare(server)
      let (admin, one) = (try server.client(), try node(server, "one"))
      let secrets = "/api/v1/namespaces/default/secrets"
      #expect(try await one.get(secrets + "/of-one").status == 200)
      let refused = try await one.get(secrets + "/of-two")
      #expect(refused.status == 403)
      #expect(
        refused.message.hasSuffix("no relationship found between node 'one' and this object"))
      #expect(try await one.get(secrets).status == 403)
      #expect(
        try await one.get(secrets + "?fieldSelector=metadata.name%3Dof-one").status == 200)
      // Not there, but its to look for.
      #expect(try await one.get("/api/v1/namespaces/default/configmaps/map").status == 404)
      #expect(try await one.get(Self.pods + "/on-one").status == 200)
      #expect(try await one.get(Self.pods + "/on-two").status == 403)
      #expect(try await one.get("/api/v1/pods?fieldSelector=spec.nodeName%3Done").status == 200)
      #expect(try await one.get("/api/v1/pods?fieldSelector=spec.nodeName%3Dtwo").status == 403)
      #expect(try await one.get("/api/v1/pods").status == 403)
      #expect(try await one.get("/api/v1/nodes/one").status == 200)
      #expect(try await one.get("/api/v1/nodes/two").status == 403)
      #expect(try await one.get("/api/v1/services").status == 200)
      #expect(try await one.get("/apis/apps/v1/deployments").status == 403)
      _ = try await admin.delete(Self.pods + "/on-one", #"{"gracePeriodSeconds":0}"#)
      #expect(try await one.get(secrets + "/of-one").status == 403)
    }
  }

  @Test("nodes read the certificates that Ingresses served by them name, and no other's")
  func certificates() async throws {
    try await TestAPIServer.run { server in
      try await prepare(server)
      let (admin, one) = (try server.client(), try node(server, "one"))
      let secrets = "/api/v1/namespaces/default/secrets"
      let classes = "/apis/networking.k8s.io/v1/ingressclasses"
      let ingresses = "/apis/networking.k8s.io/v1/namespaces/default/ingresses"
      func ingress(_ name: String, _ secret: String) -> String {
        #"""
        {"metadata":{"name":"\#(name)"},"spec":{"ingressClassName":"\#(name)",
         "defaultBackend":{"service":{"name":"web","port":{"number":80}}},
         "tls":[{"hosts":["web.test"],"secretName":"\#(secret)"}]}}
        """#
      }
      for (name, controller) in [("ours", "martlet.io/ingress"), ("theirs", "example.com/other")] {
        let made = try await admin.post(
          classes, #"{"metadata":{"name":"\#(name)"},"spec":{"controller":"\#(controller)"}}"#)
        #expect(made.status == 201, "\(made.text)")
      }
      #expect(try await one.get(secrets + "/of-two").status == 403)
      #expect(try await admin.post(ingresses, ingress("theirs", "of-two")).status == 201)
      #expect(try await one.get(secrets + "/of-two").status == 403)
      #expect(try await admin.post(ingresses, ingress("ours", "of-two")).status == 201)
      #expect(try await one.get(secrets + "/of-two").status == 200)
      #expect(
        try await one.get(secrets + "?fieldSelector=metadata.name%3Dof-two").status == 200)
      #expect(try await one.get(secrets).status == 403)
      #expect(try await admin.delete(ingresses + "/ours").status == 200)
      #expect(try await one.get(secrets + "/of-two").status == 403)
    }
  }

  @Test("a node writes its own Node, lease and pods' status, and labels itself with care")
  func writing() async throws {
    try await TestAPIServer.run { server in
      try await prepare(server)
      let one = try node(server, "one")
      let status = #"{"status":{"message":"m"}}"#
      #expect(try await one.patch(Self.pods + "/on-one/status", .merge, status).status == 200)
      let other = try await one.patch(Self.pods + "/on-two/status", .merge, status)
      #expect(
        other.message
          == #"pods "on-two" is forbidden: node "one" can only update pod status for pods with spec.nodeName set to itself"#
      )
      #expect(try await one.delete(Self.pods + "/on-two").status == 403)
      func label(_ node: String, _ name: String) async throws -> TestAPIClient.Answer {
        try await one.patch(
          "/api/v1/nodes/\(node)", .merge, #"{"metadata":{"labels":{"\#(name)":"x"}}}"#)
      }
      #expect(try await label("one", "acme.com/rack").status == 200)
      #expect(try await label("one", "topology.kubernetes.io/zone").status == 200)
      #expect(
        try await label("one", "node-restriction.kubernetes.io/x").message
          == #"nodes "one" is forbidden: is not allowed to modify labels: node-restriction.kubernetes.io/x"#
      )
      #expect(try await label("two", "acme.com/rack").status == 403)
      let tainted = try await one.patch(
        "/api/v1/nodes/one", .merge, #"{"spec":{"taints":[{"key":"k","effect":"NoSchedule"}]}}"#)
      #expect(tainted.message.hasSuffix(#"node "one" is not allowed to modify taints"#))
      let plain = try await one.post(
        Self.pods,
        #"{"metadata":{"name":"p"},"spec":{"nodeName":"one","containers":[{"name":"c","image":"i"}]}}"#
      )
      #expect(plain.message.contains("can only create mirror pods"))
    }
  }

  @Test("a node has tokens for its own pods only")
  func tokens() async throws {
    try await TestAPIServer.run { server in
      try await prepare(server)
      let one = try node(server, "one")
      let path = "/api/v1/namespaces/default/serviceaccounts/default/token"
      func request(_ pod: String) async throws -> TestAPIClient.Answer {
        let found = try await server.client().get(Self.pods + "/" + pod)
        let uid = found.object[path: "metadata", "uid"]?.string ?? ""
        return try await one.post(
          path,
          #"{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"\#(pod)","uid":"\#(uid)"}}}"#
        )
      }
      #expect(try await request("on-one").status == 201)
      let other = try await request("on-two")
      #expect(
        other.message.hasSuffix(
          "node requested token bound to a pod scheduled on a different node"))
      let free = try await one.post(path, #"{"spec":{}}"#)
      #expect(free.message.hasSuffix("node requested token not bound to a pod"))
    }
  }

  @Test("the group without a node's name is no node")
  func nameless() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client(user: "system:node:", groups: ["system:nodes"])
      let answer = try await client.get("/api/v1/services")
      #expect(answer.status == 403)
      #expect(answer.message.hasSuffix(#"unknown node for user "system:node:""#))
    }
  }
}
