import Foundations
import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

@Suite("Debug pages", .timeLimit(.minutes(5)))
struct DebugPagesTests {
  private static let pages = [
    "/debug", "/debug/api_priority_and_fairness/dump_priority_levels",
    "/debug/api_priority_and_fairness/dump_queues",
    "/debug/api_priority_and_fairness/dump_requests", "/debug/caches", "/debug/memory",
    "/debug/requests", "/debug/threads",
  ]

  private static func run(_ body: (TestAPIServer, TestAPIClient) async throws -> Void) async throws
  {
    try await TestAPIServer.run {
      $0.hasDebugPages = true
    } _: { server in
      try await body(server, try server.client())
    }
  }

  @Test("nobody finds them where they are not switched on")
  func off() async throws {
    try await TestAPIServer.run { server in
      let admin = try server.client()
      for page in Self.pages { #expect(try await admin.get(page).status == 404, "\(page)") }
      let reader = try server.client(user: "reader", groups: [])
      #expect(try await reader.get("/debug/memory").status == 403)
    }
  }

  @Test("only those whom a rule allows it see them", arguments: pages)
  func access(_ page: String) async throws {
    try await Self.run { server, admin in
      let reader = try server.client(user: "reader", groups: [])
      #expect(try await reader.get(page).status == 403)
      #expect(try await server.client(user: nil).get(page).status == 401)
      let role = #"""
        {"metadata":{"name":"looker"},
         "rules":[{"nonResourceURLs":["/debug","/debug/*"],"verbs":["get"]}]}
        """#
      let binding = #"""
        {"metadata":{"name":"looker"},"subjects":[{"kind":"User","name":"reader",
         "apiGroup":"rbac.authorization.k8s.io"}],
         "roleRef":{"kind":"ClusterRole","name":"looker","apiGroup":"rbac.authorization.k8s.io"}}
        """#
      let home = "/apis/rbac.authorization.k8s.io/v1"
      #expect(try await admin.post("\(home)/clusterroles", role).status == 201)
      #expect(try await admin.post("\(home)/clusterrolebindings", binding).status == 201)
      let answer = try await reader.get(page)
      #expect(answer.status == 200 && !answer.text.isEmpty)
      #expect(answer.headers["content-type"]?.hasPrefix("text/plain") == true)
      #expect(try await admin.get("/debug/pprof/profile").status == 404)
    }
  }

  @Test("caches tell what they hold, in columns that stand below each other")
  func caches() async throws {
    try await Self.run { _, admin in
      let lines = try await admin.get("/debug/caches").text.split(separator: "\n")
      let head = try #require(lines.first)
      #expect(head.hasPrefix("Resource,"))
      let namespaces = try #require(lines.first { $0.hasPrefix("namespaces,") })
      let cells = namespaces.split(separator: ",").map { $0.filter { $0 != " " } }
      #expect(cells[1] == "3" && cells[7] == "0")
      let column = try #require(head.firstRange(of: "Objects")).lowerBound
      #expect(
        namespaces.utf8[
          namespaces.utf8.index(
            namespaces.startIndex, offsetBy: head.utf8.distance(from: head.startIndex, to: column))]
          == UInt8(ascii: "3"))
    }
  }

  @Test("the request that asks is among the open ones, at its level, and no others stay there")
  func requests() async throws {
    try await Self.run { server, admin in
      for _ in 0..<3 { _ = try await admin.get("/api/v1/namespaces?secret=x") }
      let open = try await admin.get("/debug/requests").text
      #expect(open.split(separator: "\n").count == 2)
      #expect(open.contains("admin, ") && open.contains("/debug/requests"))
      _ = try await admin.get("/api/v1/namespaces?watch=true&timeoutSeconds=1")
      #expect(try await admin.get("/debug/requests").text.split(separator: "\n").count == 2)
      #expect(!open.contains("secret"))
    }
  }

  @Test("memory and threads are those of this process")
  func process() async throws {
    try await Self.run { _, admin in
      let memory = try await admin.get("/debug/memory").text
      #expect(memory.contains("heap_used_bytes "))
      let threads = try await admin.get("/debug/threads").text.split(separator: "\n")
      #expect(threads.count > 1)
      for thread in threads { #expect(Int(thread.prefix { $0 != " " }) != nil) }
    }
  }
}

@Suite struct FairnessDumpTests {
  @Test("queues are shown with those who wait in them, and what they were charged")
  func queues() throws {
    var queues = FairQueues<Int>(
      try #require(ShuffleSharding(queues: 8, handSize: 1)), lengthMax: 5)
    #expect(queues.dump.isEmpty)
    for request in [1, 2] {
      #expect(queues.add(request, seats: request, hash: 7) != nil)
    }
    let waiting = try #require(queues.dump.first)
    #expect(waiting.waiting.map(\.request) == [1, 2] && waiting.waiting.map(\.seats) == [1, 2])
    #expect(waiting.servedCount == 0)
    #expect(queues.next { _ in true }?.request == 1)
    let served = try #require(queues.dump.first)
    #expect(served.waiting.map(\.request) == [2] && served.servedCount == 1)
    #expect(served.nextStart > waiting.nextStart)
  }

  @Test("cells end in a comma and stand below each other")
  func table() {
    var table = AlignedTable(["A", "LongColumn", "C"])
    table.add(["wide enough", "x", "y"])
    #expect(
      table.text == "A,           LongColumn, C\nwide enough, x,          y\n")
  }
}
