import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

/// Discovery and OpenAPI as clients ask for them.
@Suite("Discovery", .timeLimit(.minutes(2)))
struct DiscoveryAnswerTests {
  @Test(
    "groups and resources are told in each encoding",
    arguments: ["/api", "/apis", "/apis/apps", "/api/v1", "/apis/apps/v1"])
  func encodings(path: String) async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let json = try await client.get(path)
      #expect(json.headers["content-type"] == "application/json")
      let yaml = try await client.send(.get, path, headers: ["accept": "application/yaml"])
      #expect(yaml.headers["content-type"] == "application/yaml")
      let kind = json.object["kind"]?.string ?? ""
      #expect(yaml.text.contains("kind: \(kind)"))

      let protobuf = try await client.send(
        .get, path, headers: ["accept": "application/vnd.kubernetes.protobuf, */*"])
      #expect(protobuf.headers["content-type"] == "application/vnd.kubernetes.protobuf")
      let type = Schema.builtin.type(of: GroupVersionKind(group: "", version: "v1", kind: kind))
      let read = try ProtobufCodec.builtin.decode(protobuf.body, as: type)
      for member in ["groups", "versions", "resources", "preferredVersion", "name"] {
        #expect(read[member]?.count == json.object[member]?.count)
        if member == "preferredVersion" { #expect(read[member] == json.object[member]) }
      }
      let refused = try await client.send(.get, path, headers: ["accept": "text/html"])
      #expect(refused.status == 406 && refused.reason == "NotAcceptable")
    }
  }

  @Test("a client that has a document by its tag is told so, and keeps a page by its hash")
  func tags() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let media = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
      for (path, accept) in [
        ("/api", media), ("/apis", media), ("/openapi/v2", "*/*"), ("/openapi/v3", "*/*"),
        ("/openapi/v3/apis/apps/v1", "application/json"),
      ] {
        let tag = try #require(
          try await client.send(.get, path, headers: ["accept": accept]).headers["etag"])
        for (field, status) in [(tag, 304), ("\"x\", W/\(tag)", 304), ("\"x\"", 200)] {
          let answer = try await client.send(
            .get, path, headers: ["accept": accept, "if-none-match": field])
          #expect(answer.status == status, "\(path) \(field)")
          #expect(answer.headers["etag"] == tag)
          #expect(answer.headers["vary"]?.contains("Accept") == true)
        }
      }
      let index = try await client.get("/openapi/v3").object
      let url = try #require(
        index[path: "paths", "apis/apps/v1", "serverRelativeURL"]?.string)
      let page = try await client.get(url)
      #expect(page.status == 200)
      #expect(page.headers["cache-control"] == "public, immutable")
      let stale = try await client.get("/openapi/v3/apis/apps/v1?hash=OLD")
      #expect(stale.status == 301 && stale.headers["location"] == url)
    }
  }

  @Test("large answers come in gzip for who takes it", arguments: ["/openapi/v2", "/list"])
  func compression(path: String) async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let maps = "/api/v1/namespaces/default/configmaps"
      let text = String(repeating: "some words ", count: 10_000)
      for name in ["one", "two"] {
        let made = try await client.post(
          maps, #"{"metadata":{"name":"\#(name)"},"data":{"a":"\#(text)"}}"#)
        #expect(made.status == 201)
      }
      let target = path == "/list" ? maps : path
      let plain = try await client.get(target)
      #expect(plain.headers["content-encoding"] == nil)
      let packed = try await client.send(.get, target, headers: ["accept-encoding": "gzip"])
      #expect(packed.headers["content-encoding"] == "gzip")
      #expect(packed.headers.values(of: "vary").contains("Accept-Encoding"))
      #expect(packed.body.starts(with: [0x1F, 0x8B]))
      #expect(packed.body.count < plain.body.count / 2)
      let single = try await client.send(
        .get, maps + "/one", headers: ["accept-encoding": "gzip"])
      #expect(single.headers["content-encoding"] == nil)
    }
  }
}
