import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

/// Every verb of a stored resource, and who may use it, through a listening server.
@Suite("Verbs", .timeLimit(.minutes(5)))
struct VerbTests {
  private static let maps = "/api/v1/namespaces/default/configmaps"

  @Test("an object is made, read, replaced at its version, patched and deleted on conditions")
  func life() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let made = try await client.post(Self.maps, #"{"metadata":{"name":"a"},"data":{"x":"1"}}"#)
      #expect(made.status == 201)
      let first = made.object[path: "metadata", "resourceVersion"]?.string ?? ""
      let again = try await client.post(Self.maps, #"{"metadata":{"name":"a"}}"#)
      #expect(again.status == 409 && again.reason == "AlreadyExists")
      let replaced = try await client.put(
        Self.maps + "/a",
        #"{"metadata":{"name":"a","resourceVersion":"\#(first)"},"data":{"x":"2"}}"#)
      #expect(replaced.status == 200)
      let stale = try await client.put(
        Self.maps + "/a",
        #"{"metadata":{"name":"a","resourceVersion":"\#(first)"},"data":{"x":"3"}}"#)
      #expect(stale.status == 409 && stale.reason == "Conflict")

      let merged = try await client.patch(Self.maps + "/a", .merge, #"{"data":{"y":"1"}}"#)
      #expect(merged.object["data"] == ["x": "2", "y": "1"])
      let stepped = try await client.patch(
        Self.maps + "/a", .json, #"[{"op":"remove","path":"/data/x"}]"#)
      #expect(stepped.object["data"] == ["y": "1"])
      let untrue = try await client.patch(
        Self.maps + "/a", .json, #"[{"op":"test","path":"/data/y","value":"9"}]"#)
      #expect(untrue.status == 422)
      let strategic = try await client.patch(
        Self.maps + "/a", .strategic, #"{"data":{"y":null,"z":"1"}}"#)
      #expect(strategic.object["data"] == ["z": "1"])

      let refused = try await client.delete(
        Self.maps + "/a", #"{"preconditions":{"uid":"other"}}"#)
      #expect(refused.status == 409 && refused.reason == "Conflict")
      let uid = made.object[path: "metadata", "uid"]?.string ?? ""
      let deleted = try await client.delete(
        Self.maps + "/a", #"{"preconditions":{"uid":"\#(uid)"}}"#)
      #expect(deleted.status == 200 && deleted.object["status"]?.string == "Success")
      let gone = try await client.get(Self.maps + "/a")
      #expect(gone.status == 404 && gone.reason == "NotFound")
      #expect(gone.message == "configmaps \"a\" not found")
    }
  }

  @Test("a list comes page by page, as of its beginning, and a collection goes at once")
  func pages() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      for name in ["a", "b", "c", "d", "e"] {
        let label = name < "c" ? "low" : "high"
        _ = try await client.post(
          Self.maps, #"{"metadata":{"name":"\#(name)","labels":{"l":"\#(label)"}}}"#)
      }
      var names: [String] = []
      var query = "?limit=2"
      for expected in [2, 2, 1] {
        let page = try await client.get(Self.maps + query)
        let items = page.object["items"] ?? .emptyArray
        #expect(items.count == expected)
        names += items.elements.compactMap { $0[path: "metadata", "name"]?.string }
        let token = page.object[path: "metadata", "continue"]?.string ?? ""
        #expect(token.isEmpty == (expected == 1))
        query = "?limit=2&continue=\(PercentEncoding.encodeQueryPart(token))"
        // What comes after the first page does not show in the others.
        _ = try await client.post(Self.maps, #"{"metadata":{"generateName":"z-"}}"#)
      }
      #expect(names == ["a", "b", "c", "d", "e"])
      let selected = try await client.get(Self.maps + "?labelSelector=l%3Dlow")
      #expect(selected.object["items"]?.count == 2)
      let removed = try await client.delete(Self.maps + "?labelSelector=l%3Dlow")
      #expect(removed.status == 200)
      #expect(try await client.get(Self.maps + "/a").status == 404)
      #expect(try await client.get(Self.maps + "/c").status == 200)
    }
  }

  @Test("a list whose state is gone says so, and goes on in the newest where the client wants it")
  func expiredPages() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      for name in ["a", "b", "c", "d", "e"] {
        _ = try await client.post(Self.maps, #"{"metadata":{"name":"\#(name)"}}"#)
      }
      func page(_ token: String) async throws -> TestAPIClient.Answer {
        try await client.get(
          Self.maps + "?limit=2&continue=\(PercentEncoding.encodeQueryPart(token))")
      }
      func token(_ page: TestAPIClient.Answer) -> String {
        page.object[path: "metadata", "continue"]?.string ?? ""
      }
      func names(_ page: TestAPIClient.Answer) -> [String?] {
        page.object["items"]?.elements.map { $0[path: "metadata", "name"]?.string } ?? []
      }
      let first = try await page("")
      let fresh = try #require(try ContinueToken(token(first)))
      // As it would be had its first page been given in 1970.
      let stale = ContinueToken(
        revision: try #require(fresh.revision), issued: 0, after: fresh.after)
      _ = try await client.delete(Self.maps + "/c")
      let refused = try await page(stale.text)
      #expect(refused.status == 410)
      #expect(refused.object["reason"]?.string == "Expired")
      let second = try await page(token(refused))
      #expect(second.status == 200)
      #expect(names(second) == ["d", "e"])
      let version = { (page: TestAPIClient.Answer) in
        page.object[path: "metadata", "resourceVersion"]
      }
      #expect(version(second) != version(first))
      // Who still holds a good token sees what was there.
      #expect(names(try await page(token(first))) == ["c", "d"])
    }
  }

  @Test("a watch tells what happens from a version on, and where its beginning ends")
  func watches() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let made = try await client.post(Self.maps, #"{"metadata":{"name":"a"}}"#)
      let version = made.object[path: "metadata", "resourceVersion"]?.string ?? ""
      _ = try await client.patch(Self.maps + "/a", .merge, #"{"data":{"x":"1"}}"#)
      _ = try await client.delete(Self.maps + "/a")
      _ = try await client.post(Self.maps, #"{"metadata":{"name":"b"}}"#)
      let told = try await client.get(
        Self.maps + "?watch=1&timeoutSeconds=1&resourceVersion=\(version)")
      #expect(try Self.events(told.text) == ["MODIFIED a", "DELETED a", "ADDED b"])
      let streamed = try await client.get(
        Self.maps + "?watch=1&timeoutSeconds=1&sendInitialEvents=true"
          + "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")
      #expect(try Self.events(streamed.text).prefix(2) == ["ADDED b", "BOOKMARK "])
      #expect(streamed.text.contains(#""k8s.io/initial-events-end":"true""#))
    }
  }

  @Test("a node's watch of its pods begins with their binding, and tells of no others")
  func nodeWatch() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let pods = "/api/v1/namespaces/default/pods"
      let spec = #""spec":{"containers":[{"name":"c","image":"i"}]}"#
      for name in ["a", "b", "c"] {
        let made = try await client.post(pods, #"{"metadata":{"name":"\#(name)"},\#(spec)}"#)
        #expect(made.status == 201, "\(made.message)")
      }
      let version = try await client.get(pods).object[path: "metadata", "resourceVersion"]?.string
      func bind(_ pod: String, to node: String) async throws {
        let bound = try await client.post(
          "\(pods)/\(pod)/binding",
          #"{"metadata":{"name":"\#(pod)"},"target":{"kind":"Node","name":"\#(node)"}}"#)
        #expect(bound.status == 201, "\(bound.message)")
      }
      // What comes before the watch is told from the past, what comes later as it happens.
      try await bind("a", to: "one")
      async let told = client.get(
        "/api/v1/pods?watch=1&timeoutSeconds=2&fieldSelector=spec.nodeName%3Done"
          + "&resourceVersion=\(version ?? "")")
      try await bind("b", to: "two")
      try await bind("c", to: "one")
      _ = try await client.patch("\(pods)/b", .merge, #"{"metadata":{"labels":{"x":"y"}}}"#)
      _ = try await client.patch("\(pods)/a", .merge, #"{"metadata":{"labels":{"x":"y"}}}"#)
      let answer = try await told
      #expect(try Self.events(answer.text) == ["ADDED a", "ADDED c", "MODIFIED a"])
    }
  }

  private static func events(_ text: String) throws -> [String] {
    try text.split(separator: "\n").map { line in
      let event = try Document(json: Array(line.utf8))
      let name = event[path: "object", "metadata", "name"]?.string ?? ""
      return "\(event["type"]?.string ?? "") \(name)"
    }
  }

  @Test("without an identity only the probes and the version answer")
  func closed() async throws {
    try await TestAPIServer.run { server in
      let nobody = try server.client(user: nil)
      for path in ["/healthz", "/livez", "/readyz", "/version"] {
        #expect(try await nobody.get(path).status == 200, "\(path)")
      }
      for path in ["/api", "/apis", "/openapi/v2", Self.maps, "/api/v1/nodes", "/metrics", "/x"] {
        let answer = try await nobody.get(path)
        #expect([401, 403].contains(answer.status), "\(path): \(answer.status)")
        #expect(["Unauthorized", "Forbidden"].contains(answer.reason))
      }
      let write = try await nobody.post(Self.maps, #"{"metadata":{"name":"a"}}"#)
      #expect([401, 403].contains(write.status))
      let token = try server.client(user: nil, token: "nope")
      let refused = try await token.get(Self.maps)
      #expect(refused.status == 401 && refused.reason == "Unauthorized")
      let jane = try server.client(user: "jane", groups: [])
      let forbidden = try await jane.get(Self.maps)
      #expect(forbidden.status == 403 && forbidden.reason == "Forbidden")
      #expect(
        forbidden.message.hasPrefix(
          "configmaps is forbidden: User \"jane\" cannot list resource \"configmaps\" in API group "
            + "\"\" in the namespace \"default\""), "\(forbidden.message)")
      #expect(try await server.client().get(Self.maps).object["items"]?.isEmpty == true)
    }
  }
}
