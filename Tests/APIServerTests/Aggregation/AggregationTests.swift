import MartletTesting
import NIOCore
import Networking
import Resources
import Testing

@testable import APIServer

@Suite("Aggregated servers", .timeLimit(.minutes(2)))
struct AggregationTests {
  private static let list: Document = [
    "kind": "APIResourceList", "groupVersion": "example.com/v1",
    "resources": [
      [
        "name": "things", "singularName": "thing", "namespaced": true, "kind": "Thing",
        "verbs": ["get", "list"], "shortNames": ["th"],
      ],
      [
        "name": "things/status", "singularName": "", "namespaced": true, "kind": "Thing",
        "verbs": ["get"],
      ],
    ],
  ]

  private func run(
    isAvailable: Bool = true,
    reply: @escaping @Sendable (ServerRequest) -> ServerResponse = { _ in .text(200, "here") },
    _ body: (TestAPIServer, TestAPIClient, FakeAggregatedServer, Document) async throws -> Void
  ) async throws {
    try await TestAPIServer.run { server in
      try await FakeAggregatedServer.run(authority: server.authority, reply: reply) { fake in
        let client = try server.client()
        let apiService = try await fake.register(with: client, isAvailable: isAvailable)
        try await body(server, client, fake, apiService)
      }
    }
  }

  @Test("a request goes on with who asks, and without the credentials and claims of who asks")
  func request() async throws {
    try await run { request in
      ServerResponse(status: 201, contentType: "application/x-thing", body: request.body)
    } _: { _, client, fake, _ in
      let answer = try await client.send(
        .post, "/apis/example.com/v1/namespaces/default/things?dryRun=All", Array("{}".utf8),
        contentType: "application/json",
        headers: [
          "x-remote-user": "somebody", "x-remote-group": "anything", "x-remote-extra-a": "b",
          "cookie": "secret", "accept": "application/x-thing",
        ])
      #expect(answer.status == 201 && answer.text == "{}")
      #expect(answer.headers["content-type"] == "application/x-thing")
      let request = try #require(fake.requests.first)
      #expect(request.method == .post)
      #expect(request.target.raw == "/apis/example.com/v1/namespaces/default/things?dryRun=All")
      #expect(request.headers.values(of: "x-remote-user") == ["admin"])
      #expect(
        request.headers.values(of: "x-remote-group") == ["system:masters", "system:authenticated"])
      #expect(request.headers["x-remote-extra-a"] == nil && request.headers["cookie"] == nil)
      #expect(request.headers["authorization"] == nil)
      #expect(request.headers["accept"] == "application/x-thing")
      #expect(request.headers["host"]?.hasPrefix("fake.default.svc:") == true)
    }
  }

  @Test("an upgrade joins the client with the server behind, which is told who it is")
  func upgrade() async throws {
    try await run { server, _, fake, _ in
      let answer = try await UpgradeClient().upgrade(
        UpgradeClient.Request(
          method: .get, target: "/apis/example.com/v1/namespaces/n/things/t/console?a=b",
          headers: ["upgrade": "echo", "x-remote-user": "somebody", "cookie": "secret"]),
        at: try server.streamingEndpoint(user: "jane", groups: ["system:masters"]))
      guard case .upgraded(let headers, let duplex) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(headers["x-echo"] == "echo")
      for text in ["first", "second"] {
        try await duplex.send(ByteBuffer(string: text))
        #expect(try await duplex.read().map { String(buffer: $0) } == text)
      }
      duplex.finish()
      #expect(try await duplex.read() == nil)
      let request = try #require(fake.requests.first)
      #expect(
        request.target.raw == "/apis/example.com/v1/namespaces/n/things/t/console?a=b")
      #expect(request.headers.values(of: "x-remote-user") == ["jane"])
      #expect(request.headers["cookie"] == nil)
      // Whoever may not ask is not joined with anybody.
      let refused = try await UpgradeClient().upgrade(
        UpgradeClient.Request(
          method: .get, target: "/apis/example.com/v1/things", headers: ["upgrade": "echo"]),
        at: try server.streamingEndpoint(user: "joe", groups: []))
      guard case .refused(let response) = refused else {
        Issue.record("joe was let in")
        return
      }
      #expect(response.status == 403 && fake.requests.count == 1)
    }
  }

  @Test("who may not ask is told so, and the server behind hears nothing of it")
  func denied() async throws {
    try await run { server, _, fake, _ in
      let stranger = try server.client(user: "jane", groups: [])
      let answer = try await stranger.get("/apis/example.com/v1/things")
      #expect(answer.status == 403 && answer.reason == "Forbidden")
      let nobody = try server.client(user: nil)
      #expect(try await nobody.get("/apis/example.com/v1").status == 401)
      #expect(fake.requests.isEmpty)
    }
  }

  @Test("a server that was not found available is not asked; other groups are not there")
  func unavailable() async throws {
    try await run(isAvailable: false) { _, client, fake, _ in
      let answer = try await client.get("/apis/example.com/v1/things")
      #expect(answer.status == 503 && answer.reason == "ServiceUnavailable")
      #expect(try await client.get("/apis/example.com/v2/things").status == 404)
      #expect(try await client.get("/apis/example.org/v1").status == 404)
      #expect(fake.requests.isEmpty)
    }
  }

  @Test("a redirect of the server behind is not passed on")
  func redirect() async throws {
    try await run { _ in
      ServerResponse(status: 302, headers: ["location": "https://elsewhere.example.com/"])
    } _: { _, client, _, _ in
      let answer = try await client.get("/apis/example.com/v1/things")
      #expect(answer.status == 502)
      #expect(
        answer.message == "the backend attempted to redirect this request, which is not permitted")
      #expect(answer.headers["location"] == nil)
    }
  }

  @Test("an APIService for what this server serves itself changes nothing")
  func own() async throws {
    try await run { _, client, fake, _ in
      let hijack = try await client.post(
        "/apis/apiregistration.k8s.io/v1/apiservices",
        """
        {"metadata":{"name":"v1.apps"},"spec":{"group":"apps","version":"v1",
        "groupPriorityMinimum":1,"versionPriority":1,"insecureSkipTLSVerify":true,
        "service":{"namespace":"default","name":"fake","port":1}}}
        """)
      #expect(hijack.status == 201)
      #expect(try await client.get("/apis/apps/v1").object["groupVersion"] == "apps/v1")
      #expect(try await client.get("/apis/apps/v1/deployments").status == 200)
      #expect(try await client.get("/apis/apps/v1/nothings").status == 404)
      #expect(fake.requests.isEmpty)
    }
  }

  @Test("what a server behind serves is found in every form of discovery")
  func discovery() async throws {
    try await run { request in
      switch request.path {
      case "/apis/example.com/v1":
        ServerResponse(status: 200, contentType: "application/json", body: Self.list.json)
      case "/openapi/v3":
        ServerResponse(
          status: 200, contentType: "application/json",
          body: Array(
            """
            {"paths":{"apis/example.com/v1":
            {"serverRelativeURL":"/openapi/v3/apis/example.com/v1?hash=1"}}}
            """.utf8))
      case "/openapi/v2":
        ServerResponse(
          status: 200, contentType: "application/json",
          body: Array(#"{"paths":{"/apis/example.com/v1/things":{},"/api/v1/pods":{}}}"#.utf8))
      default: .text(200, "the page \(request.target.raw)")
      }
    } _: { server, client, _, apiService in
      #expect(await server.api.aggregation?.check(apiService) == nil)
      let groups = try await client.get("/apis").object["groups"]
      let group = try #require(groups?.elements.first { $0["name"] == "example.com" })
      #expect(
        group["preferredVersion"] == ["groupVersion": "example.com/v1", "version": "v1"])
      let alone = try await client.get("/apis/example.com")
      #expect(alone.object["kind"] == "APIGroup" && alone.object["versions"]?.count == 1)
      #expect(try await client.get("/apis/example.com/v1").object == Self.list)

      let media = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
      let all = try await client.send(.get, "/apis", headers: ["accept": media])
      let found = try #require(
        all.object["items"]?.elements.first { $0[path: "metadata", "name"] == "example.com" })
      let version = try #require(found["versions"]?[0])
      #expect(version["freshness"] == "Current")
      let kind: Document = ["group": "example.com", "version": "v1", "kind": "Thing"]
      #expect(
        version["resources"] == [
          [
            "resource": "things", "responseKind": kind, "scope": "Namespaced",
            "singularResource": "thing", "verbs": ["get", "list"], "shortNames": ["th"],
            "subresources": [
              ["subresource": "status", "responseKind": kind, "verbs": ["get"]]
            ],
          ]
        ])
      let tag = try #require(all.headers["etag"])
      let same = try await client.send(
        .get, "/apis", headers: ["accept": media, "if-none-match": tag])
      #expect(same.status == 304)

      let index = try await client.get("/openapi/v3")
      let url = index.object[path: "paths", "apis/example.com/v1", "serverRelativeURL"]?.string
      #expect(url == "/openapi/v3/apis/example.com/v1?hash=1")
      #expect(index.object[path: "paths", "apis/apps/v1"] != nil)
      let page = try await client.get(url ?? "")
      #expect(page.text == "the page /openapi/v3/apis/example.com/v1?hash=1")
      let paths = try await client.get("/openapi/v2").object["paths"]
      #expect(paths?["/apis/example.com/v1/things"] == .emptyObject)
      #expect(paths?["/api/v1/pods"]?.isEmpty == false)
    }
  }

  @Test("a server that answers badly is found wanting, and its groups are told as stale")
  func failedCheck() async throws {
    try await run(isAvailable: false) { _ in
      .text(500, "no")
    } _: {
      server, client, _, apiService in
      let problem = try #require(await server.api.aggregation?.check(apiService))
      #expect(problem.hasPrefix("failing or missing response from https://fake.default.svc:"))
      #expect(problem.hasSuffix(": 500"))
      let media = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
      let all = try await client.send(.get, "/apis", headers: ["accept": media])
      let found = try #require(
        all.object["items"]?.elements.first { $0[path: "metadata", "name"] == "example.com" })
      #expect(found["versions"]?[0]["freshness"] == "Stale")
    }
  }

  @Test("keys of extra values travel as names of header fields")
  func extraKeys() {
    #expect(RequestHeaderFields.encoded("Plain-1.x_y") == "Plain-1.x_y")
    #expect(
      RequestHeaderFields.encoded("authentication.kubernetes.io/pod-name")
        == "authentication.kubernetes.io%2Fpod-name")
    #expect(RequestHeaderFields.encoded("a b%\u{E9}") == "a%20b%25%C3%A9")
  }
}
