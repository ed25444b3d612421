import Resources
import Testing

@testable import Networking

@Suite(.timeLimit(.minutes(5))) struct RemoteClusterClientTests {
  /// Answers each request with a description of it, as an object.
  private static func describe(_ request: ServerRequest, _ responder: Responder) {
    let text = "\(request.method.token) \(request.target.raw)"
    var object: Document = ["kind": "Echo", "metadata": ["name": Document(text)]]
    object["contentType"] = Document(request.headers["content-type"] ?? "")
    object["body"] = Document(String(decoding: request.body, as: UTF8.self))
    responder.send(
      ServerResponse(status: 200, contentType: "application/json", body: object.json))
  }

  private func withClient(
    _ handler: @escaping @Sendable (ServerRequest, Responder) -> Void,
    _ body: (RemoteClusterClient) async throws -> Void
  ) async throws {
    try await TestServer.Plan(handler: handler).run { server in
      let transport = HTTPTransport(try server.clientConfiguration(), limits: .patient)
      try await body(RemoteClusterClient(transport))
      transport.close()
    }
  }

  private func name(_ document: Document) -> String {
    document.value(at: ["metadata", "name"])?.string ?? ""
  }

  @Test("each call asks for what the API defines")
  func requests() async throws {
    try await withClient(Self.describe) { client in
      var object: Document = ["metadata": ["name": "web", "namespace": "prod"]]
      #expect(
        name(try await client.get(.pods, namespace: "prod", name: "web"))
          == "GET /api/v1/namespaces/prod/pods/web")
      #expect(
        name(try await client.get(.nodes, namespace: nil, name: "a:b/c"))
          == "GET /api/v1/nodes/a:b%2Fc")
      let created = try await client.create(
        .deployments, namespace: "prod", object,
        options: WriteOptions(isDryRun: true, fieldManager: "me & you"))
      #expect(
        name(created)
          == "POST /apis/apps/v1/namespaces/prod/deployments?dryRun=All&fieldManager=me%20%26%20you"
      )
      #expect(created["body"]?.string == object.jsonText)
      #expect(created["contentType"]?.string == "application/json")
      #expect(
        name(
          try await client.create(
            .pods, namespace: "prod", name: "web", subresource: "binding", object,
            options: WriteOptions())) == "POST /api/v1/namespaces/prod/pods/web/binding")
      #expect(
        name(
          try await client.update(.pods, namespace: "prod", object, subresource: "status"))
          == "PUT /api/v1/namespaces/prod/pods/web/status")
      let patched = try await client.patch(
        .pods, namespace: "prod", name: "web", Patch(.strategicMerge, ["a": 1]))
      #expect(name(patched) == "PATCH /api/v1/namespaces/prod/pods/web")
      #expect(patched["contentType"]?.string == "application/strategic-merge-patch+json")
      let deleted = try await client.delete(
        .pods, namespace: "prod", name: "web",
        options: DeleteOptions(gracePeriodSeconds: 0, propagationPolicy: .foreground, uid: "u"))
      #expect(name(deleted) == "DELETE /api/v1/namespaces/prod/pods/web")
      let options = try Document(json: deleted["body"]?.string ?? "")
      #expect(options["gracePeriodSeconds"]?.integer == 0)
      #expect(options["propagationPolicy"]?.string == "Foreground")
      #expect(options.value(at: ["preconditions", "uid"])?.string == "u")
      object["metadata"] = [:]
      await #expect(throws: APIError.self) {
        _ = try await client.update(.pods, namespace: "prod", object)
      }
    }
  }

  @Test("a list knows its version, its rest, and what its items are")
  func list() async throws {
    try await withClient { request, responder in
      let list: Document = [
        "kind": "PodList", "metadata": ["resourceVersion": "7", "continue": "next"],
        "items": [["metadata": ["name": "a"]], ["metadata": ["name": "b"]]],
      ]
      #expect(request.query["labelSelector"] == "app=web")
      #expect(request.query["limit"] == "2")
      responder.send(
        ServerResponse(status: 200, contentType: "application/json", body: list.json))
    } _: { client in
      var options = ListOptions(labelSelector: "app=web")
      options.limit = 2
      let page = try await client.list(.pods, namespace: "prod", options: options)
      #expect(page.resourceVersion == "7")
      #expect(page.continue == "next")
      #expect(page.items.map(name) == ["a", "b"])
      #expect(page.items[1]["kind"]?.string == "Pod")
      #expect(page.items[1]["apiVersion"]?.string == "v1")
    }
  }

  @Test("the API's errors come as such, with or without a Status")
  func errors() async throws {
    let notFound = APIError.notFound(.pods, "web")
    try await withClient { request, responder in
      if request.path.hasSuffix("web") {
        responder.send(
          ServerResponse(
            status: 404, contentType: "application/json", body: notFound.status.json))
      } else {
        responder.send(.text("bad gateway", status: 502))
      }
    } _: { client in
      await #expect(throws: notFound) {
        _ = try await client.get(.pods, namespace: "prod", name: "web")
      }
      let error = await #expect(throws: APIError.self) {
        _ = try await client.get(.pods, namespace: "prod", name: "other")
      }
      #expect(error?.code == 502)
      #expect(error?.message.contains("bad gateway") == true)
    }
  }

  @Test("a watch tells its events, however they are cut, and ends with the server's")
  func watch() async throws {
    try await withClient { request, responder in
      #expect(request.query["watch"] == "true")
      #expect(request.query["allowWatchBookmarks"] == "true")
      let writer = responder.stream(ResponseHead())
      let lines =
        #"{"type":"ADDED","object":{"metadata":{"name":"a"}}}"# + "\n"
        + #"{"type":"NEWER","object":{}}"# + "\n\n"
        + #"{"type":"DELETED","object":{"metadata":{"name":"b"}}}"# + "\n"
        + #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}"# + "\n"
        + #"{"type":"ERROR","object":{"code":410,"reason":"Expired","message":"m"}}"# + "\n"
      for byte in lines.utf8 { writer.write([byte]) }
      writer.finish()
    } _: { client in
      var options = ListOptions()
      options.allowWatchBookmarks = true
      var told: [String] = []
      for try await event in try await client.watch(.pods, namespace: nil, options: options) {
        switch event {
        case .added(let object): told.append("added \(name(object))")
        case .modified(let object): told.append("modified \(name(object))")
        case .deleted(let object): told.append("deleted \(name(object))")
        case .bookmark(let version): told.append("bookmark \(version)")
        case .error(let error): told.append("error \(error.reason.rawValue)")
        }
      }
      #expect(told == ["added a", "deleted b", "bookmark 9", "error Expired"])
    }
  }

  @Test("a watch that is refused says why")
  func refusedWatch() async throws {
    try await withClient { _, responder in
      responder.send(
        ServerResponse(
          status: 410, contentType: "application/json",
          body: APIError.expired("too old resource version").status.json))
    } _: { client in
      await #expect(throws: APIError.expired("too old resource version")) {
        _ = try await client.watch(.pods, namespace: nil, options: ListOptions())
      }
    }
  }
}

@Suite struct LineSplitterTests {
  @Test("lines come whole, however they were cut", arguments: 1...7)
  func cuts(size: Int) throws {
    let text = Array("one\n\ntwo\nthree\nrest".utf8)
    var splitter = LineSplitter(lineByteCountMax: 100)
    var lines: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      splitter.append(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      while let line = try splitter.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    }
    #expect(lines == ["one", "two", "three"])
  }

  @Test("a line may have the limit's length and not more")
  func limit() throws {
    var splitter = LineSplitter(lineByteCountMax: 3)
    splitter.append(Array("abc".utf8))
    #expect(try splitter.next() == nil)
    splitter.append(Array("d".utf8))
    #expect(throws: ClientError.answerTooLarge(limit: 3)) { try splitter.next() }
  }
}
