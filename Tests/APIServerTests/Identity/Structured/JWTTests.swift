import Foundation
import Foundations
import Logging
import MartletTesting
import Networking
import Resources
import Security
import Synchronization
import Testing

@testable import APIServer

/// Tokens of an issuer of the test's own, through a listening server.
@Suite("Tokens of other issuers", .timeLimit(.minutes(2)))
struct JWTTests {
  /// What the issuer answers, and how often it was asked.
  private final class Issuer: Sendable {
    let state = Mutex((answer: FakeWebhook.Reply.silence, discovery: 0, keys: 0))

    func reply(_ path: String, port: Int, _ issuer: TestTokenIssuer) -> FakeWebhook.Reply {
      state.withLock { state in
        if path == "/.well-known/openid-configuration" {
          state.discovery += 1
          return .whole(
            ServerResponse(
              status: 200, contentType: "application/json",
              body: issuer.discovery()))
        }
        state.keys += 1
        return state.answer
      }
    }

    func show(_ keys: [UInt8]) {
      answer(.whole(ServerResponse(status: 200, contentType: "application/json", body: keys)))
    }

    func answer(_ reply: FakeWebhook.Reply) { state.withLock { $0.answer = reply } }
    var keyRequests: Int { state.withLock { $0.keys } }
  }

  private struct Setup {
    let server: TestAPIServer
    let issuer: Issuer
    let tokens: TestTokenIssuer
    let file: String

    func token(_ changes: Document = [:], by other: TestTokenIssuer? = nil) throws -> String {
      var claims: Document = [
        "iss": Document(tokens.url), "aud": "martlet", "sub": "ada", "roles": ["dev"],
        "exp": Document(Int(Timestamp.now().seconds) + 600),
      ]
      for (name, member) in changes.members { claims[name] = member }
      return try (other ?? tokens).token(claims)
    }

    /// Name and groups, or the status.
    func who(_ token: String?) async throws -> [String] {
      let answer = try await server.client(user: nil, token: token).post(
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        #"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#)
      guard answer.status == 201, let user = answer.object[path: "status", "userInfo"] else {
        return ["\(answer.status)"]
      }
      return [user["username"]?.string ?? ""]
        + (user["groups"] ?? .emptyArray).elements.compactMap(\.string)
    }
  }

  private func run(
    anonymous: String = "", showsKeys: Bool = true, _ body: (Setup) async throws -> Void
  ) async throws {
    let issuer = Issuer()
    let port = Mutex(0)
    let key = TokenSigningKey.make()
    let current: @Sendable () -> TestTokenIssuer = {
      TestTokenIssuer(url: "https://localhost:\(port.withLock { $0 })", key: key)
    }
    try await FakeWebhook.run { _, path in
      issuer.reply(path, port: port.withLock { $0 }, current())
    } _: { hook in
      port.withLock { $0 = hook.port }
      let tokens = current()
      if showsKeys { issuer.show(try tokens.keySet()) }
      let directory = try ScratchDirectory()
      let pem = String(decoding: hook.authority.certificatePEM, as: UTF8.self)
      let configuration: Document = [
        "apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthenticationConfiguration",
        "jwt": [
          [
            "issuer": [
              "url": Document(tokens.url), "audiences": ["martlet"],
              "certificateAuthority": Document(pem),
            ],
            "claimMappings": [
              "username": ["claim": "sub", "prefix": "oidc:"],
              "groups": ["claim": "roles", "prefix": "oidc:"],
            ],
          ]
        ],
      ]
      let file = try directory.write(configuration.yaml + anonymous, to: "authentication.yaml")
      try await TestAPIServer.run {
        $0.authenticationFile = file
      } _: { server in
        try await body(Setup(server: server, issuer: issuer, tokens: tokens, file: file))
      }
      withExtendedLifetime(directory) {}
    }
  }

  @Test("a token stands for the user of its claims, in requests and in reviews")
  func good() async throws {
    try await run { setup in
      let token = try setup.token()
      #expect(try await setup.who(token) == ["oidc:ada", "oidc:dev", "system:authenticated"])
      let review = try await setup.server.client().post(
        "/apis/authentication.k8s.io/v1/tokenreviews",
        #"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"\#(token)"}}"#
      )
      #expect(review.object[path: "status", "authenticated"]?.bool == true, "\(review.text)")
      #expect(review.object[path: "status", "user", "username"]?.string == "oidc:ada")
    }
  }

  @Test("expired, foreign, forged and unsigned tokens are refused")
  func bad() async throws {
    try await run { setup in
      let now = Int(Timestamp.now().seconds)
      let stranger = TestTokenIssuer(url: setup.tokens.url)
      let good = try setup.token()
      let body = good.split(separator: ".")[1]
      for token in [
        try setup.token(["exp": Document(now - 1)]), try setup.token(["nbf": Document(now + 120)]),
        try setup.token(["aud": "other"]), try setup.token(["iss": "https://other.test"]),
        try setup.token(["sub": ""]), try setup.token(by: stranger),
        "\(Base64URL.encode(#"{"alg":"none"}"#.utf8)).\(body).", String(good.dropLast(4)),
        "x", "",
      ] {
        let who = try await setup.who(token)
        #expect(who == ["401"], "\(token)")
      }
      #expect(try await setup.who(good).first == "oidc:ada")
    }
  }

  @Test("a new key is asked for when a token names it, and no flood of tokens asks again")
  func newKey() async throws {
    try await run { setup in
      #expect(try await setup.who(setup.token()).first == "oidc:ada")
      let next = TestTokenIssuer(url: setup.tokens.url)
      setup.issuer.show(try next.keySet())
      // Keys are asked for again a few seconds after the last time at the earliest.
      try await Task.sleep(for: IssuerKeys.pause)
      let before = setup.issuer.keyRequests
      #expect(try await setup.who(setup.token(by: next)).first == "oidc:ada")
      #expect(setup.issuer.keyRequests == before + 1)
      for _ in 0..<20 {
        let stranger = TestTokenIssuer(url: setup.tokens.url)
        #expect(try await setup.who(setup.token(by: stranger)) == ["401"])
      }
      #expect(setup.issuer.keyRequests <= before + 2)
      // What the issuer withdrew is worth nothing any more.
      #expect(try await setup.who(setup.token(["jti": "fresh"])) == ["401"])
    }
  }

  @Test(
    "an issuer that is silent, slow, endless or wrong lets nobody in, and the others stay in",
    arguments: ["silence", "drip", "flood", "text", "error", "empty", "redirect"])
  func hostile(_ kind: String) async throws {
    try await run(showsKeys: false) { setup in
      func whole(_ status: Int, _ text: String) -> FakeWebhook.Reply {
        .whole(
          ServerResponse(status: status, contentType: "application/json", body: Array(text.utf8)))
      }
      let reply: FakeWebhook.Reply =
        switch kind {
        case "drip": .drip
        case "flood": .flood
        case "redirect":
          .whole(
            ServerResponse(
              status: 302, headers: ["location": "\(setup.tokens.url)/keys-elsewhere"]))
        case "text": whole(200, "no keys here")
        case "error": whole(500, "")
        case "empty": whole(200, #"{"keys":[]}"#)
        default: .silence
        }
      setup.issuer.answer(reply)
      let admin = try setup.server.client()
      async let refused = setup.who(setup.token())
      #expect(try await admin.get("/api/v1/namespaces/default").status == 200)
      #expect(try await refused == ["401"])
    }
  }

  @Test("who shows nothing is let in where the file says so, and at /cacerts")
  func anonymous() async throws {
    try await run(anonymous: "anonymous: {enabled: true, conditions: [{path: /livez}]}\n") {
      setup in
      let nobody = try setup.server.client(user: nil)
      #expect(try await nobody.get("/livez").status == 200)
      #expect(try await nobody.get("/cacerts").status == 200)
      for path in ["/readyz", "/version", "/api", "/api/v1/namespaces/default"] {
        #expect(try await nobody.get(path).status == 401, "\(path)")
      }
      #expect(
        try await setup.server.client(user: nil, token: setup.token()).get("/readyz").status == 200)
      #expect(try await setup.server.client().get("/readyz").status == 200)
    }
  }

  @Test("a file that changes is read again, and one that is wrong changes nothing")
  func reload() async throws {
    try await run { setup in
      #expect(try await setup.who(setup.token()).first == "oidc:ada")
      let text = try String(contentsOfFile: setup.file, encoding: .utf8)
      func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: setup.file)) }
      try write(text.replacing("prefix: ", with: "prefx: "))
      try await Task.sleep(for: .seconds(6))
      #expect(try await setup.who(setup.token(["jti": "1"])).first == "oidc:ada")
      try write(text.replacing("oidc:", with: "sso:"))
      for attempt in 0..<100 {
        let who = try await setup.who(setup.token(["jti": Document("2-\(attempt)")]))
        if who == ["sso:ada", "sso:dev", "system:authenticated"] { return }
        try await Task.sleep(for: .milliseconds(200))
      }
      Issue.record("the file was not read again")
    }
  }

  @Test("a server does not start with a file that is wrong or missing")
  func start() async throws {
    await #expect(throws: ConfigurationFileError.self) {
      try await TestAPIServer.run {
        $0.authenticationFile = "/nowhere/a.yaml"
      } _: { _ in
      }
    }
  }
}
