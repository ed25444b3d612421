import Foundations
import MartletTesting
import Networking
import Resources
import Security
import Testing

@testable import APIServer

/// Who a token stands for, through a listening server.
@Suite("Tokens", .timeLimit(.minutes(5)))
struct TokenTests {
  private func groups(_ server: TestAPIServer, _ token: String) async throws -> [String] {
    let answer = try await server.client(user: nil, token: token).post(
      "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      #"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#)
    guard answer.status == 201, let user = answer.object[path: "status", "userInfo"] else {
      return ["\(answer.status)"]
    }
    return [user["username"]?.string ?? ""]
      + (user["groups"] ?? .emptyArray).elements.compactMap(\.string)
  }

  @Test("a bootstrap token stands for its group, until it expires or goes")
  func bootstrap() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      let secrets = "/api/v1/namespaces/kube-system/secrets"
      let token = "abcdef.0123456789abcdef"
      #expect(try await groups(server, token) == ["401"])
      let made = try await admin.post(
        secrets,
        #"""
        {"metadata":{"name":"bootstrap-token-abcdef"},"type":"bootstrap.kubernetes.io/token",
         "stringData":{"token-id":"abcdef","token-secret":"0123456789abcdef",
         "usage-bootstrap-authentication":"true",
         "auth-extra-groups":"system:bootstrappers:workers"}}
        """#)
      #expect(made.status == 201, "\(made.text)")
      #expect(
        try await groups(server, token) == [
          "system:bootstrap:abcdef", "system:bootstrappers", "system:bootstrappers:workers",
          "system:authenticated",
        ])
      #expect(try await groups(server, "abcdef.0123456789abcdee") == ["401"])
      func set(_ member: String, _ value: String) async throws {
        let changed = try await admin.patch(
          secrets + "/bootstrap-token-abcdef", .merge,
          #"{"stringData":{"\#(member)":"\#(value)"}}"#)
        #expect(changed.status == 200, "\(changed.text)")
      }
      try await set("usage-bootstrap-authentication", "false")
      #expect(try await groups(server, token) == ["401"])
      try await set("usage-bootstrap-authentication", "true")
      try await set("expiration", "2020-01-01T00:00:00Z")
      #expect(try await groups(server, token) == ["401"])
    }
  }

  @Test("a token of the token file stands for the user of its line")
  func file() async throws {
    let tokens = try StaticTokens(text: #"secret,jane,u1,"a,b""#)
    func use(_ configuration: inout APIServer.Configuration) { configuration.staticTokens = tokens }
    try await TestAPIServer.run(configure: use) { server in
      let known = try await groups(server, "secret")
      #expect(known == ["jane", "a", "b", "system:authenticated"])
      #expect(try await groups(server, "other") == ["401"])
    }
  }

  @Test("a service account's token ends with what it is bound to")
  func bound() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      let accounts = "/api/v1/namespaces/default/serviceaccounts"
      _ = try await admin.post(accounts, #"{"metadata":{"name":"robot"}}"#)
      let secret = try await admin.post(
        "/api/v1/namespaces/default/secrets", #"{"metadata":{"name":"s"}}"#)
      let uid = secret.object[path: "metadata", "uid"]?.string ?? ""
      func token(_ spec: String) async throws -> String {
        try await admin.post(accounts + "/robot/token", #"{"spec":\#(spec)}"#)
          .object[path: "status", "token"]?.string ?? ""
      }
      let free = try await token("{}")
      let bound = try await token(
        #"{"boundObjectRef":{"apiVersion":"v1","kind":"Secret","name":"s","uid":"\#(uid)"}}"#)
      for token in [free, bound] {
        for _ in 0..<2 {
          #expect(
            try await groups(server, token).first == "system:serviceaccount:default:robot")
        }
      }
      _ = try await admin.delete("/api/v1/namespaces/default/secrets/s")
      #expect(try await groups(server, bound) == ["401"])
      #expect(try await groups(server, free).count > 1)
      _ = try await admin.delete(accounts + "/robot")
      _ = try await admin.post(accounts, #"{"metadata":{"name":"robot"}}"#)
      // Another account of that name is another account.
      #expect(try await groups(server, free) == ["401"])
    }
  }
}
