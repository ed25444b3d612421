import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

@Suite("Conversion webhooks", .timeLimit(.minutes(1)))
struct ConversionWebhookTests {
  private func object(_ name: String, _ version: String = "v1") -> Document {
    [
      "apiVersion": Document("example.com/\(version)"), "kind": "Thing",
      "metadata": ["name": Document(name), "uid": Document("uid-\(name)"), "generation": 3],
      "spec": ["size": 1],
    ]
  }

  private func convert(
    _ objects: [Document], versions: Document = ["v1"],
    reply: @escaping @Sendable (_ request: Document) -> FakeWebhook.Reply
  ) async throws -> (result: Result<[Document], APIError>, questions: [Document]) {
    var outcome: (Result<[Document], APIError>, [Document])?
    try await FakeWebhook.run { request, _ in
      reply(request)
    } _: { hook in
      let clients = WebhookClients(
        OutgoingClients(
          services: ServiceResolver(service: { _, _ in nil }, slices: { _ in [] })))
      let webhook = ConversionWebhook(
        ["clientConfig": hook.clientConfig(), "conversionReviewVersions": versions],
        clients: clients)
      do throws(APIError) {
        outcome = (.success(try await webhook.convert(objects, to: "example.com/v2")), [])
      } catch {
        outcome = (.failure(error), [])
      }
      outcome?.1 = hook.requests
    }
    return try #require(outcome)
  }

  /// What a good webhook answers, after `change` had a look at each object.
  private static func converted(
    _ request: Document, _ change: @escaping @Sendable (inout Document) -> Void = { _ in }
  ) -> FakeWebhook.Reply {
    let objects = (request["objects"] ?? .emptyArray).elements.map { object -> Document in
      var object = object
      object["apiVersion"] = request["desiredAPIVersion"]
      change(&object)
      return object
    }
    return .response(["result": ["status": "Success"], "convertedObjects": Document(objects)])
  }

  @Test("objects come back in their order; those of the version already are not sent")
  func order() async throws {
    let (result, questions) = try await convert([
      object("a"), object("b", "v2"), object("c"),
    ]) { request in
      Self.converted(request) { object in
        object["metadata"] = [
          "name": object[path: "metadata", "name"] ?? "",
          "uid": object[path: "metadata", "uid"] ?? "",
          "labels": ["by": "webhook"], "generation": 99,
        ]
      }
    }
    let objects = try result.get()
    #expect(objects.map { $0[path: "metadata", "name"] } == ["a", "b", "c"])
    #expect(objects.allSatisfy { $0["apiVersion"] == "example.com/v2" })
    #expect(objects.allSatisfy { $0[path: "metadata", "generation"] == 3 })
    #expect(objects[0][path: "metadata", "labels", "by"] == "webhook")
    #expect(questions.count == 1 && questions[0]["objects"]?.count == 2)
    #expect(questions[0]["desiredAPIVersion"] == "example.com/v2")
  }

  @Test("a long list is asked about in parts")
  func parts() async throws {
    let all = (0..<1001).map { object("o\($0)") }
    let (result, questions) = try await convert(all) { Self.converted($0) }
    #expect(
      try result.get().map { $0[path: "metadata", "name"] }
        == all.map { $0[path: "metadata", "name"] })
    #expect(questions.map { $0["objects"]?.count } == [500, 500, 1])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let message: String
    let reply: @Sendable (_ request: Document) -> FakeWebhook.Reply
  }

  static let cases = [
    Case(testDescription: "failure", message: "not today") { _ in
      .response(["result": ["status": "Failed", "message": "not today"]])
    },
    Case(testDescription: "no status", message: "response.result.status was '', not 'Success'") {
      _ in .response(["convertedObjects": []])
    },
    Case(testDescription: "too few", message: "returned 0 objects, expected 1") { _ in
      .response(["result": ["status": "Success"], "convertedObjects": []])
    },
    Case(testDescription: "another answer", message: "got \"other\"") { _ in
      .response(["uid": "other", "result": ["status": "Success"]])
    },
    Case(
      testDescription: "version",
      message: "invalid groupVersion (expected example.com/v2, received example.com/v3)"
    ) { converted($0) { $0["apiVersion"] = "example.com/v3" } },
    Case(testDescription: "kind", message: "invalid kind (expected Thing, received Other)") {
      converted($0) { $0["kind"] = "Other" }
    },
    Case(testDescription: "name", message: "must have the same name: a != b") {
      converted($0) { $0.set("b", at: ["metadata", "name"]) }
    },
    Case(testDescription: "uid", message: "must have the same UID: uid-a != x") {
      converted($0) { $0.set("x", at: ["metadata", "uid"]) }
    },
    Case(testDescription: "metadata", message: "missing metadata in converted object") {
      converted($0) { $0["metadata"] = nil }
    },
    Case(testDescription: "a redirect", message: "redirects are not followed") { _ in
      .whole(ServerResponse(status: 307, headers: ["location": "https://localhost:1/"]))
    },
    Case(testDescription: "an error", message: "an error on the server (\"busy\")") { _ in
      .whole(.text(503, "busy"))
    },
    Case(testDescription: "another page", message: "its answer is no JSON object") { _ in
      .whole(.text(200, "<html>hello</html>"))
    },
    Case(testDescription: "an answer without an end", message: "its answer is longer than") { _ in
      .flood
    },
    Case(testDescription: "label", message: "metadata.labels[a] must be a string") {
      converted($0) { $0.set(["a": 1], at: ["metadata", "labels"]) }
    },
  ]

  @Test("an answer that is not those objects in that version is refused", arguments: cases)
  func refused(_ wrong: Case) async throws {
    let (result, _) = try await convert([object("a")], reply: wrong.reply)
    let error = try #require(throws: APIError.self) { try result.get() }
    #expect(error.code == 500)
    #expect(
      error.message.hasPrefix(
        "Internal error occurred: conversion webhook for example.com/v1, Kind=Thing failed: "))
    #expect(error.message.contains(wrong.message), "\(error.message)")
  }

  @Test("a webhook that speaks no known version of reviews is not asked")
  func unknownVersion() async throws {
    let (result, questions) = try await convert([object("a")], versions: ["v7"]) {
      Self.converted($0)
    }
    #expect(throws: APIError.self) { try result.get() }
    #expect(questions.isEmpty)
  }
}
