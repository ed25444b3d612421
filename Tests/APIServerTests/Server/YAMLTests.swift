import Foundations
import MartletTesting
import Networking
import Resources
import Testing

/// YAML as body and as answer, through a listening server.
@Suite("YAML", .timeLimit(.minutes(5)))
struct YAMLTests {
  private static let maps = "/api/v1/namespaces/default/configmaps"
  private static let yaml = "application/yaml"

  private func create(
    _ client: TestAPIClient, _ body: String, query: String = ""
  ) async throws -> TestAPIClient.Answer {
    try await client.send(.post, Self.maps + query, Array(body.utf8), contentType: Self.yaml)
  }

  @Test("an object is created and replaced in YAML, and read, listed and refused in it")
  func verbs() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let created = try await create(
        client, "metadata: {name: x}\ndata:\n  a: |\n    two\n    lines\n")
      #expect(created.status == 201, "\(created.text)")
      #expect(created.object[path: "data", "a"]?.string == "two\nlines\n")
      let replaced = try await client.send(
        .put, Self.maps + "/x", Array("metadata: {name: x}\ndata: {a: new}\n".utf8),
        contentType: Self.yaml)
      #expect(replaced.status == 200)

      let read = try await client.send(.get, Self.maps + "/x", headers: ["accept": Self.yaml])
      #expect(read.headers["content-type"] == Self.yaml)
      let object = try Document.documents(yaml: read.text).first
      #expect(object?["kind"] == "ConfigMap" && object?[path: "data", "a"] == "new")
      let list = try await client.send(.get, Self.maps, headers: ["accept": Self.yaml])
      let items = try Document.documents(yaml: list.text).first?["items"]
      #expect(items?.count == 1 && items?[0][path: "metadata", "name"] == "x")
      let missing = try await client.send(.get, Self.maps + "/y", headers: ["accept": Self.yaml])
      #expect(missing.status == 404)
      #expect(try Document.documents(yaml: missing.text).first?["reason"] == "NotFound")
      let watch = try await client.send(
        .get, Self.maps + "?watch=1", headers: ["accept": Self.yaml])
      #expect(watch.status == 406)
    }
  }

  @Test("unknown members are refused, told or taken, as the client wants it")
  func fieldValidation() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let body = "metadata: {name: x}\nfoo: 2\n"
      let strict = try await create(client, body, query: "?dryRun=All&fieldValidation=Strict")
      #expect(strict.status == 400 && strict.message.contains("unknown field \"foo\""))
      let warned = try await create(client, body, query: "?dryRun=All&fieldValidation=Warn")
      #expect(warned.status == 201 && warned.headers["warning"]?.contains("foo") == true)
      let ignored = try await create(client, body, query: "?dryRun=All&fieldValidation=Ignore")
      #expect(ignored.status == 201 && ignored.headers["warning"] == nil)
    }
  }

  @Test("a body that is no object is answered with 400, and the server goes on")
  func malformed() async throws {
    // Nine levels of nine aliases each are 3.5 GB.
    var bomb = "a0: &a0 \"" + String(repeating: "x", count: 9) + "\"\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let bodies = [
      "", "---\n", "a", "- a", "metadata: {name: x",
      "metadata: {name: x}\n---\nmetadata: {name: y}",
      "metadata: [", "metadata:\n\tname: x", "metadata: {name: 5}", "metadata: &a {name: *a}",
      "metadata: {name: *b}", "data: {a: 5}\nmetadata: {name: x}", "data: {a: .nan}", "? [a]\n: b",
      String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
      "kind: Pod\napiVersion: v1\nmetadata: {name: x}", bomb, "\u{0}",
    ]
    try await TestAPIServer.run { server in
      let client = try server.client()
      for body in bodies {
        let answer = try await create(client, body)
        #expect(
          answer.status == 400 && answer.reason == "BadRequest",
          "\(body.prefix(60)): \(answer.status) \(answer.message.prefix(200))")
      }
      let invalidText = Array("metadata: {name: \"".utf8) + [0xFF] + Array("\"}".utf8)
      let answer = try await client.send(.post, Self.maps, invalidText, contentType: Self.yaml)
      #expect(answer.status == 400)
      let held = try await client.get(Self.maps)
      #expect(held.status == 200 && held.object["items"]?.isEmpty == true)
    }
  }
}
