import Foundation
import Foundations
import MartletTesting
import Networking
import Resources
import Security
import Testing

@testable import APIServer

/// Servers of other APIs that are slow, huge, wrong or elsewhere: each spoils its own requests, and
/// nothing else.
@Suite("Hostile aggregated servers", .timeLimit(.minutes(5)))
struct HostileAggregationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let hostility: Hostility
    /// Part of what its APIService says of it.
    let problem: String
    /// What a request for its resources is answered; `nil` for an answer that breaks off.
    let status: Int?

    var testDescription: String { hostility.description }
  }

  static let cases = [
    Case(hostility: .silence, problem: "no whole answer within", status: 503),
    Case(hostility: .drippingHead, problem: "no whole answer within", status: 503),
    Case(hostility: .dripping, problem: "longer than 1048576 bytes", status: nil),
    Case(hostility: .endlessBody, problem: "longer than 1048576 bytes", status: nil),
    Case(hostility: .endlessHead, problem: "failing or missing response", status: 503),
    Case(hostility: .endlessField, problem: "failing or missing response", status: 503),
    Case(hostility: .endlessInterim, problem: "failing or missing response", status: 503),
    Case(hostility: .endlessChunk, problem: "no whole answer within", status: nil),
    Case(hostility: .otherProtocol, problem: "failing or missing response", status: 503),
    Case(hostility: .hangUp, problem: "failing or missing response", status: nil),
    Case(hostility: .unaskedUpgrade, problem: "switched protocols", status: 502),
    Case(
      hostility: .redirect(to: "https://127.0.0.1:1/"), problem: "bad status", status: 502),
    Case(hostility: .json("{\"kind\":".utf8), problem: "is no JSON object", status: 200),
    Case(
      hostility: .json([UInt8](repeating: UInt8(ascii: "["), count: 100_000)),
      problem: "is no JSON object", status: 200),
    Case(hostility: .json(#"{"kind":"Status"}"#.utf8), problem: "no APIResourceList", status: 200),
    Case(
      hostility: .json(#"{"kind":"APIResourceList","groupVersion":"apps/v1","resources":[]}"#.utf8),
      problem: "is of \"apps/v1\", not of \"hostile.example.com/v1\"", status: 200),
  ]

  /// A second is long for a test, and short for a server that thinks.
  private static let timeMax = Duration.seconds(1)
  /// What the process may grow by, whatever it is sent: bytes that are of no use are read until the
  /// connection is closed or the time is up, and kept nowhere.
  private static let memoryMax = 256 << 20

  private func run(
    timeMax: Duration = Self.timeMax, requestsInFlightMax: Int = 600,
    _ hostility: @escaping @Sendable (String) -> Hostility,
    _ body: (TestAPIServer, HostileServer, Document) async throws -> Void
  ) async throws {
    try await TestAPIServer.run {
      $0.aggregatedAnswerTimeMax = timeMax
      $0.requestsInFlightMax = requestsInFlightMax
    } _: { server in
      let identity = try server.authority.issue(
        .server("hostile", dnsNames: ["hostile.default.svc"], addresses: []), now: .now())
      try await HostileServer.run(identity: identity, hostility: hostility) { hostile in
        try await body(server, hostile, try await register(hostile, with: server))
      }
    }
  }

  /// The APIService `v1.hostile.example.com`, said to be available.
  private func register(_ hostile: HostileServer, with server: TestAPIServer) async throws
    -> Document
  {
    let client = try server.client()
    let service = try await client.post(
      "/api/v1/namespaces/default/services",
      #"{"metadata":{"name":"hostile"},"spec":{"type":"ExternalName","externalName":"localhost"}}"#)
    #expect(service.status == 201, "\(service.text)")
    let path = "/apis/apiregistration.k8s.io/v1/apiservices"
    let apiService: Document = [
      "metadata": ["name": "v1.hostile.example.com"],
      "spec": [
        "group": "hostile.example.com", "version": "v1", "groupPriorityMinimum": 1,
        "versionPriority": 1, "caBundle": .base64(server.authority.certificatePEM),
        "service": ["namespace": "default", "name": "hostile", "port": Document(hostile.port)],
      ],
    ]
    let made = try await client.post(path, apiService.jsonText)
    #expect(made.status == 201, "\(made.text)")
    let status = try await client.patch(
      path + "/v1.hostile.example.com/status", .merge,
      #"{"status":{"conditions":[{"type":"Available","status":"True"}]}}"#)
    #expect(status.status == 200, "\(status.text)")
    return status.object
  }

  private static let discoveryForm =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

  /// What everybody else asks the server, which must come whole and soon.
  private func othersAreWell(_ client: TestAPIClient) async throws {
    let start = ContinuousClock.now
    let groups = try await client.get("/apis").object["groups"] ?? .emptyArray
    #expect(groups.elements.contains { $0["name"] == "apps" })
    let all = try await client.send(.get, "/apis", headers: ["accept": Self.discoveryForm])
    let items = all.object["items"] ?? .emptyArray
    #expect(items.elements.contains { $0[path: "metadata", "name"] == "apps" })
    let hostile = items.elements.first { $0[path: "metadata", "name"] == "hostile.example.com" }
    #expect(hostile?["versions"]?[0]["resources"] == .emptyArray)
    #expect(try await client.get("/openapi/v2").object[path: "paths", "/api/v1/pods"] != nil)
    #expect(try await client.get("/openapi/v3").object[path: "paths", "apis/apps/v1"] != nil)
    #expect(try await client.get("/api/v1/namespaces/default/pods").status == 200)
    #expect(.now - start < .seconds(15))
  }

  @Test("it spoils its own requests and says why, and takes little of the server", arguments: cases)
  func alone(_ hostile: Case) async throws {
    try await run { _ in
      hostile.hostility
    } _: { server, _, apiService in
      let client = try server.client()
      let before = try residentByteCount()
      async let found = server.api.aggregation?.check(apiService)
      try await othersAreWell(client)
      let problem = try #require(await found)
      #expect(problem.contains(hostile.problem), "\(problem)")
      #expect(problem.utf8.count < 1_000)
      try await othersAreWell(client)

      let start = ContinuousClock.now
      do {
        let answer = try await client.get("/apis/hostile.example.com/v1/things")
        #expect(answer.status == hostile.status, "\(answer.text.prefix(500))")
        #expect(answer.headers["location"] == nil)
      } catch {
        #expect(hostile.status == nil, "\(error)")
      }
      #expect(.now - start < Self.timeMax * 10)
      #expect(try residentByteCount() - before < Self.memoryMax)
    }
  }

  @Test(
    "requests that a silent server keeps waiting hold no seats; the last of a crowd are refused")
  func crowd() async throws {
    try await run(timeMax: .seconds(8), requestsInFlightMax: 20) { _ in
      .silence
    } _: { server, _, _ in
      // Not an administrator: those need no seats.
      let admin = try server.client()
      let role = try await admin.post(
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        #"""
        {"metadata":{"name":"ada"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io",
        "kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"User","name":"ada",
        "apiGroup":"rbac.authorization.k8s.io"}]}
        """#)
      #expect(role.status == 201, "\(role.text)")
      let clients = try (0..<3).map { _ in try server.client(user: "ada", groups: []) }
      let refused = AggregatedCalls.callsMax / 8
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<AggregatedCalls.callsMax + refused {
          group.addTask {
            try await clients[number % 3].get("/apis/hostile.example.com/v1/things").status
          }
        }
        let start = ContinuousClock.now
        for _ in 0..<20 {
          let answer = try await clients[0].get("/api/v1/namespaces/default/pods")
          #expect(answer.status == 200, "\(answer.text)")
        }
        #expect(.now - start < .seconds(2))
        return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      }
      #expect(statuses == [503: AggregatedCalls.callsMax, 429: refused])
      // Nothing of them is left: as many can wait again.
      let again = try await clients[1].get("/apis/hostile.example.com/v1/things")
      #expect(again.status == 503 && again.message.contains("no answer within"), "\(again.text)")
    }
  }

  private static let upgradeRequest = UpgradeClient.Request(
    method: .get, target: "/apis/hostile.example.com/v1/things", headers: ["upgrade": "websocket"])

  @Test("upgrades to a server that sends without end are as slow as their clients")
  func endlessUpgrades() async throws {
    try await run { _ in
      .unaskedUpgrade
    } _: { server, _, _ in
      let before = try residentByteCount()
      let endpoint = try server.streamingEndpoint(user: "admin", groups: ["system:masters"])
      var sessions: [any ByteDuplex] = []
      for _ in 0..<20 {
        let answer = try await UpgradeClient().upgrade(Self.upgradeRequest, at: endpoint)
        guard case .upgraded(_, let duplex) = answer else {
          Issue.record("\(answer)")
          return
        }
        #expect(try await duplex.read() != nil)
        sessions.append(duplex)
      }
      // They all send on, and nobody reads.
      try await othersAreWell(try server.client())
      #expect(try residentByteCount() - before < Self.memoryMax)
      for session in sessions { session.close() }
      try await othersAreWell(try server.client())
    }
  }

  @Test("upgrades to a server that says nothing, or no HTTP, are refused in time")
  func unansweredUpgrades() async throws {
    for hostility in [Hostility.silence, .otherProtocol, .hangUp] {
      try await run { _ in
        hostility
      } _: { server, _, _ in
        let endpoint = try server.streamingEndpoint(user: "admin", groups: ["system:masters"])
        for _ in 0..<3 {
          let answer = try await UpgradeClient().upgrade(Self.upgradeRequest, at: endpoint)
          guard case .refused(let response) = answer else {
            Issue.record("\(answer)")
            return
          }
          #expect(response.status == 500)
        }
        try await othersAreWell(try server.client())
      }
    }
  }

  @Test("documentation that is huge, slow or misshapen is not published; its server is available")
  func documentation() async throws {
    for hostility in [Hostility.endlessBody, .dripping, .json(#"{"paths":7}"#.utf8), .hangUp] {
      try await run { target in
        target.hasPrefix("/apis/") ? .json(#"{"resources":[]}"#.utf8) : hostility
      } _: { server, _, apiService in
        let before = try residentByteCount()
        #expect(await server.api.aggregation?.check(apiService) == nil)
        try await othersAreWell(try server.client())
        #expect(try residentByteCount() - before < Self.memoryMax)
      }
    }
  }

  @Test("a watch is not cut short by the time that an answer may take")
  func watch() async throws {
    try await run { _ in
      .dripping
    } _: { server, _, _ in
      let client = try server.client()
      let watch = try await client.transport.stream(
        ClientRequest(.get, "/apis/hostile.example.com/v1/things?watch=true"))
      let start = ContinuousClock.now
      while .now - start < Self.timeMax * 3 {
        let bytes = try #require(try await watch.next())
        #expect(!bytes.isEmpty)
      }
    }
  }
}

/// Memory of this process. Source: proc(5), `statm`.
private func residentByteCount() throws -> Int {
  let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
  return (Int(fields[1]) ?? 0) * 4_096
}
