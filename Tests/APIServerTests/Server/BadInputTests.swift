import Foundations
import MartletTesting
import Networking
import Resources
import Testing

/// Bodies and requests that nobody should send, through a listening server. Codes, reasons and
/// causes are those of kube-apiserver v1.36.
@Suite("Bad input", .timeLimit(.minutes(5)))
struct BadInputTests {
  private static let maps = "/api/v1/namespaces/default/configmaps"
  private static let deployments = "/apis/apps/v1/namespaces/default/deployments"

  @Test("a body that is no object is answered with 400, and the server goes on")
  func malformedBodies() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let nested = String(repeating: "{\"a\":", count: 100_000)
      let bodies = [
        "{", "[]", "\"x\"", "{\"a\":", "{\"metadata\":{\"name\":\"x\"}} x",
        "{\"metadata\":{\"name\":\"x\"}", String(repeating: "[", count: 100_000), nested,
        "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}",
        "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v2\"}",
        "{\"metadata\":{\"name\":5}}", "{\"metadata\":[]}",
        "{\"metadata\":{\"name\":\"x\"},\"data\":{\"a\":5}}",
        "{\"metadata\":{\"name\":\"x\"},\"data\":[]}",
        "{\"metadata\":{\"name\":\"x\"},\"immutable\":\"yes\"}",
        "{\"metadata\":{\"name\":\"x\",\"creationTimestamp\":\"yesterday\"}}",
      ]
      for body in bodies {
        let answer = try await client.post(Self.maps, body)
        #expect(
          answer.status == 400 && answer.reason == "BadRequest",
          "\(body.prefix(60)): \(answer.status) \(answer.message.prefix(200))")
      }
      let invalidText = Array("{\"metadata\":{\"name\":\"".utf8) + [0xFF] + Array("\"}}".utf8)
      let answer = try await client.send(
        .post, Self.maps, invalidText, contentType: "application/json")
      #expect(answer.status == 400)
      let protobufs: [[UInt8]] = [
        Array("abc".utf8), [0x6B, 0x38, 0x73, 0x00, 0x0A, 0x01], [0x6B, 0x38, 0x73, 0x00, 0xFF],
      ]
      for body in protobufs {
        let answer = try await client.send(
          .post, Self.maps, body, contentType: "application/vnd.kubernetes.protobuf")
        #expect(answer.status == 400 && answer.reason == "BadRequest", "\(answer.text)")
      }
      let held = try await client.get(Self.maps)
      #expect(held.status == 200 && held.object["items"]?.isEmpty == true)
    }
  }

  @Test(
    "numbers out of range are refused, not cut off",
    arguments: ["1099511627776", "3.5", "\"3\"", "1180591620717411303424", "1e400", "-1e99"])
  func numbers(text: String) async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let answer = try await client.post(
        Self.deployments, "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"replicas\":\(text)}}")
      #expect(answer.status == 400 && answer.reason == "BadRequest", "\(answer.text)")
    }
  }

  @Test("unknown and repeated members are refused, told or taken, as the client wants it")
  func fieldValidation() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let unknown = "{\"metadata\":{\"name\":\"x\"},\"foo\":2}"
      let repeated = "{\"metadata\":{\"name\":\"x\"},\"data\":{\"a\":\"b\"},\"data\":{\"c\":\"d\"}}"
      let query = Self.maps + "?dryRun=All&fieldValidation="
      for (body, problem) in [
        (unknown, "unknown field \"foo\""), (repeated, "duplicate field \"data\""),
      ] {
        let strict = try await client.post(query + "Strict", body)
        #expect(strict.status == 400 && strict.reason == "BadRequest")
        #expect(strict.message.contains("strict decoding error: \(problem)"), "\(strict.message)")
        let warned = try await client.post(query + "Warn", body)
        #expect(warned.status == 201)
        let warning = warned.headers["warning"] ?? ""
        #expect(warning.hasPrefix("299 - ") && warning.contains(problem.prefix(10)), "\(warning)")
        let ignored = try await client.post(query + "Ignore", body)
        #expect(ignored.status == 201 && ignored.headers["warning"] == nil)
      }
      let bogus = try await client.post(query + "Bogus", unknown)
      #expect(bogus.status == 422 && bogus.causes == ["FieldValueNotSupported fieldValidation"])
    }
  }

  @Test("what is too large is refused before it is read whole")
  func sizes() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let body = "{\"metadata\":{\"name\":\"" + String(repeating: "x", count: 3 << 20) + "\"}}"
      let large = try await client.post(Self.maps, body)
      #expect(large.status == 413 && large.reason == "RequestEntityTooLarge", "\(large.text)")
      #expect(try await client.get("/readyz").status == 200)
    }
  }

  @Test("header fields beyond the limit are refused, and the server goes on")
  func oversizedHeaders() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      // The server's own limit holds once the client has acknowledged its settings.
      #expect(try await client.get("/readyz").status == 200)
      // Compression makes a small block of them: the client's own frames stay within their limits.
      var headers: HeaderFields = [:]
      for _ in 0..<20 { headers.add("x-large", String(repeating: "y", count: 4_000)) }
      let oversized = try await client.send(.get, Self.maps, headers: headers)
      #expect(oversized.status == 431)
      #expect(try await client.get("/readyz").status == 200)
    }
  }

  @Test("impossible names are told with the rule they break")
  func names() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      for name in ["A", "a_b", "-a", "a..b", String(repeating: "a", count: 254), "a/b", "ü"] {
        let answer = try await client.post(Self.maps, "{\"metadata\":{\"name\":\"\(name)\"}}")
        #expect(answer.status == 422 && answer.reason == "Invalid", "\(name): \(answer.text)")
        #expect(answer.causes.first == "FieldValueInvalid metadata.name")
      }
      let unnamed = try await client.post(Self.maps, "{}")
      #expect(
        unnamed.message == "ConfigMap \"\" is invalid: metadata.name: Required value: "
          + "name or generateName is required")
      let namespace = try await client.post(
        "/api/v1/namespaces", "{\"metadata\":{\"name\":\"a.b\"}}")
      #expect(namespace.causes == ["FieldValueInvalid metadata.name"])
    }
  }

  @Test(
    "a query that cannot be understood is refused",
    arguments: [
      ("?limit=x", 400), ("?labelSelector=a%20b%20c", 400), ("?labelSelector=a%20in%20(", 400),
      ("?fieldSelector=foo%3Dbar", 400), ("?fieldSelector=foo", 400), ("?resourceVersion=x", 400),
      ("?continue=x", 400), ("?resourceVersionMatch=Exact", 422),
      ("?resourceVersionMatch=Foo&resourceVersion=1", 422),
      ("?watch=1&sendInitialEvents=true", 422), ("?resourceVersion=99999999", 504),
    ])
  func queries(query: String, code: Int) async throws {
    try await TestAPIServer.run { server in
      let answer = try await server.client().get(Self.maps + query)
      #expect(answer.status == code, "\(answer.text)")
      #expect(answer.object["kind"]?.string == "Status")
    }
  }

  @Test("other content types than those of the API are refused")
  func contentTypes() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      for type in ["text/plain", "application/xml; charset=utf-8"] {
        let answer = try await client.send(.post, Self.maps, Array("{}".utf8), contentType: type)
        #expect(answer.status == 415 && answer.reason == "UnsupportedMediaType")
      }
      let patch = try await client.send(
        .patch, Self.maps + "/x", Array("{}".utf8), contentType: "application/json")
      #expect(patch.status == 415)
      let accept = try await client.send(.get, Self.maps, headers: ["accept": "text/html"])
      #expect(accept.status == 406 && accept.reason == "NotAcceptable")
    }
  }
}
