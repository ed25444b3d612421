import MartletTesting
import Networking
import Resources
import Security
import Testing

@testable import APIServer

/// Webhooks that are slow, huge, wrong or elsewhere: each fails its own requests, by its own policy,
/// and nothing else.
@Suite("Hostile webhooks", .timeLimit(.minutes(5)))
struct HostileWebhookTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reply: FakeWebhook.Reply
    /// Part of what the client is told.
    let message: String
  }

  static let cases = [
    Case(
      testDescription: "no answer", reply: .silence, message: "context deadline exceeded"),
    Case(
      testDescription: "an answer without an end, slow", reply: .drip,
      message: "context deadline exceeded"),
    Case(
      testDescription: "an answer without an end, fast", reply: .flood,
      message: "longer than 3145728 bytes"),
    Case(
      testDescription: "a redirect",
      reply: .whole(
        ServerResponse(status: 307, headers: ["location": "https://127.0.0.1:1/elsewhere"])),
      message: "redirects are not followed"),
    Case(
      testDescription: "an error", reply: .whole(.text(503, "busy")),
      message: "an error on the server (\"busy\") has prevented the request from succeeding"),
    Case(
      testDescription: "another page", reply: .whole(.text(200, "<html>hello</html>")),
      message: "its answer is no JSON object"),
    Case(
      testDescription: "no response in the review",
      reply: .whole(
        ServerResponse(status: 200, contentType: "application/json", body: [0x7B, 0x7D])),
      message: "received invalid webhook response: webhook response was absent"),
    Case(
      testDescription: "the answer to another question",
      reply: .response(["uid": "other", "allowed": true]), message: "got \"other\""),
    Case(
      testDescription: "a patch of an unknown type",
      reply: .response(["allowed": true, "patchType": "XML", "patch": "PGEvPg=="]),
      message: "unsupported patch type \"XML\""),
    Case(
      testDescription: "a patch that is no base64",
      reply: .response(["allowed": true, "patchType": "JSONPatch", "patch": "!"]),
      message: "response.patch is no base64 text"),
    Case(
      testDescription: "deep nesting",
      reply: .whole(
        ServerResponse(
          status: 200, contentType: "application/json",
          body: [UInt8](repeating: UInt8(ascii: "["), count: 100_000))),
      message: "its answer is no JSON object"),
  ]

  @Test("it fails its own requests, or is overlooked where it says so", arguments: cases)
  func failure(_ hostile: Case) async throws {
    try await WebhookFixture.run { _, _ in
      hostile.reply
    } _: { fixture in
      try await fixture.configure(
        .mutating, named: "closed",
        ["timeoutSeconds": 1, "objectSelector": ["matchLabels": ["a": "closed"]]])
      try await fixture.configure(
        .mutating, named: "open",
        [
          "timeoutSeconds": 1, "failurePolicy": "Ignore",
          "objectSelector": ["matchLabels": ["a": "open"]],
        ])
      let closed = try await fixture.createMap("closed", labels: ["a": "closed"])
      #expect(closed.status == 500 && closed.reason == "InternalError")
      #expect(
        closed.message.hasPrefix(
          "Internal error occurred: failed calling webhook \"closed.example.com\": "))
      #expect(closed.message.contains(hostile.message), "\(closed.message)")
      #expect(try await fixture.createMap("open", labels: ["a": "open"]).status == 201)
      #expect(try await fixture.createMap("other").status == 201)
    }
  }

  @Test("a hundred requests that wait for a silent webhook hold nobody else up")
  func waiting() async throws {
    try await WebhookFixture.run { _, _ in
      .silence
    } _: { fixture in
      try await fixture.configure(
        .validating,
        ["timeoutSeconds": 4, "objectSelector": ["matchLabels": ["slow": "yes"]]])
      try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<100 {
          group.addTask {
            try await fixture.createMap("slow-\(number)", labels: ["slow": "yes"]).status
          }
        }
        let clock = ContinuousClock()
        let start = clock.now
        for number in 0..<20 {
          #expect(try await fixture.createMap("fast-\(number)").status == 201)
        }
        #expect(clock.now - start < .seconds(4))
        for try await status in group { #expect(status == 500) }
      }
    }
  }

  @Test("a webhook whose certificate another CA signed is not asked")
  func otherAuthority() async throws {
    try await WebhookFixture.run { _, _ in
      .allowed
    } _: { fixture in
      try await FakeWebhook.run { _, _ in
        .allowed
      } _: { other in
        var config = fixture.hook.clientConfig()
        config["caBundle"] = .base64(other.authority.certificatePEM)
        try await fixture.configure(.validating, ["clientConfig": config])
        let answer = try await fixture.createMap("a")
        #expect(answer.status == 500)
        #expect(fixture.hook.requests.isEmpty)
      }
    }
  }

  @Test("a webhook that nobody listens for fails at once")
  func nobody() async throws {
    try await WebhookFixture.run { _, _ in
      .allowed
    } _: { fixture in
      try await fixture.configure(
        .validating,
        ["clientConfig": ["url": "https://127.0.0.1:1/"], "timeoutSeconds": 30])
      let clock = ContinuousClock()
      let start = clock.now
      #expect(try await fixture.createMap("a").status == 500)
      #expect(clock.now - start < .seconds(5))
    }
  }

  @Test("a Service without endpoints, and one that is not there, are told as such")
  func noService() async throws {
    try await WebhookFixture.run { _, _ in
      .allowed
    } _: { fixture in
      try await fixture.configure(
        .validating,
        ["clientConfig": ["service": ["namespace": "default", "name": "w", "path": "/p"]]])
      let absent = try await fixture.createMap("a")
      #expect(
        absent.message
          == "Internal error occurred: failed calling webhook \"test.example.com\": failed to call "
          + "webhook: Post \"https://w.default.svc:443/p\": services \"w\" not found")
      let service = try await fixture.client.post(
        "/api/v1/namespaces/default/services",
        #"{"metadata":{"name":"w"},"spec":{"ports":[{"port":443}]}}"#)
      #expect(service.status == 201)
      let empty = try await fixture.createMap("a")
      #expect(empty.message.hasSuffix("no endpoints available for service \"w\""))
    }
  }
}
