import MartletTesting
import Security
import Testing

@Suite struct AuthorityPageTests {
  @Test("the CA is shown to everybody, and nothing else is")
  func open() async throws {
    try await TestAPIServer.run { server in
      let nobody = try server.client(user: nil)
      let answer = try await nobody.get("/cacerts")
      #expect(answer.status == 200)
      #expect(answer.body == server.authority.certificatePEM)
      #expect(try await nobody.get("/cacerts/more").status != 200)
      #expect(try await nobody.get("/api/v1/secrets").status != 200)
    }
  }
}
