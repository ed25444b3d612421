import MartletTesting
import Networking
import Resources
import Testing

@Suite("Impersonation", .timeLimit(.minutes(5)))
struct ImpersonationTests {
  private static let review = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
  private static let pods = "/api/v1/namespaces/default/pods"

  private func whoAmI(
    _ client: TestAPIClient, _ headers: HeaderFields
  ) async throws -> TestAPIClient.Answer {
    try await client.send(
      .post, Self.review,
      Array(#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#.utf8),
      contentType: "application/json", headers: headers)
  }

  @Test("an administrator acts for another with that one's rights and no more")
  func administrator() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      let asJane: HeaderFields = ["impersonate-user": "jane"]
      #expect(try await admin.get(Self.pods).status == 200)
      let refused = try await admin.send(.get, Self.pods, headers: asJane)
      #expect(refused.status == 403 && refused.message.contains(#"User "jane" cannot list"#))

      let jane = try await whoAmI(
        admin,
        [
          "impersonate-user": "jane", "impersonate-group": "g1", "impersonate-group": "g2",
          "impersonate-uid": "u1", "impersonate-extra-acme.com%2fscope": "a",
        ])
      let user = jane.object[path: "status", "userInfo"]
      #expect(user?["username"] == "jane" && user?["uid"] == "u1")
      #expect(user?["groups"] == ["g1", "g2", "system:authenticated"])
      #expect(user?["extra"] == ["acme.com/scope": ["a"]])

      let account = try await whoAmI(
        admin, ["impersonate-user": "system:serviceaccount:default:robot"])
      #expect(
        account.object[path: "status", "userInfo", "groups"] == [
          "system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated",
        ])
    }
  }

  @Test("who may not act for others is refused, also with a group that may do everything")
  func others() async throws {
    try await TestAPIServer.run { server in
      let jane = try server.client(user: "jane", groups: [])
      let answer = try await whoAmI(
        jane, ["impersonate-user": "admin", "impersonate-group": "system:masters"])
      #expect(answer.status == 403 && answer.reason == "Forbidden")
      #expect(answer.message.contains(#"cannot impersonate resource "users""#))
      let nobody = try server.client(user: nil)
      #expect(try await whoAmI(nobody, ["impersonate-user": "admin"]).status == 401)
    }
  }

  @Test("a group without a user is a mistake, not overlooked")
  func groupAlone() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      for field in ["impersonate-group", "impersonate-uid", "impersonate-extra-a"] {
        var headers: HeaderFields = [:]
        headers.add(field, "x")
        let answer = try await whoAmI(admin, headers)
        #expect(answer.status == 400 && answer.reason == "BadRequest", "\(field)")
      }
    }
  }
}
