import Foundation
import MartletTesting
import Networking
import Resources
import Testing

/// What a kube-apiserver answered to updates that change one place of an object, as
/// `scripts/record-update-answers` keeps it.
private struct RecordedUpdates: CustomTestStringConvertible {
  let file: URL
  var testDescription: String { file.deletingPathExtension().lastPathComponent }

  static let all = RecordedCase.files(in: "Updates").map(RecordedUpdates.init)

  struct Content {
    /// Where the object is created.
    let path: String
    let object: Document
    /// What it gets before it is updated.
    let status: Document?
    /// Whether it is deleted before it is updated, and stays for its finalizers.
    let isLeaving: Bool
    let cases: [RecordedCase]
    /// What our server is known to answer otherwise.
    let differs: [RecordedCase]

    var ownPath: String { path + "/" + (object[path: "metadata", "name"]?.string ?? "") }
  }

  func read() throws -> Content {
    let whole = try Document(json: Array(try Data(contentsOf: file)))
    return Content(
      path: whole["path"]?.string ?? "", object: whole["object"] ?? .emptyObject,
      status: whole["status"], isLeaving: whole["leaving"]?.bool ?? false,
      cases: (whole["cases"] ?? .emptyArray).elements.map(RecordedCase.init),
      differs: (whole["differs"] ?? .emptyArray).elements.map(RecordedCase.init))
  }
}

/// What an update may change: thousands of objects that are replaced by what differs in one place,
/// and what Kubernetes says of it.
@Suite("Recorded updates", .timeLimit(.minutes(5)))
struct RecordedUpdatesTests {
  /// Gets a line for each case that is answered otherwise, also of those known to be: the file's
  /// name and the case, for `scripts/record-update-answers --set-apart`.
  private static let list = ProcessInfo.processInfo.environment["MARTLET_DIFFERING_UPDATES"]

  @Test("there are consents and refusals of every kind")
  func completeness() throws {
    let answers = try RecordedUpdates.all.flatMap { try $0.read().cases.map(\.answer) }
    #expect(RecordedUpdates.all.count >= 80)
    #expect(answers.filter { $0[0] == "200" }.count >= 500)
    #expect(answers.filter { $0[0] == "422" }.count >= 500)
  }

  @Test(
    "an object that is replaced with one place changed is answered as Kubernetes does",
    arguments: RecordedUpdates.all)
  fileprivate func answers(_ recorded: RecordedUpdates) async throws {
    let content = try recorded.read()
    try await TestAPIServer.run { server in
      let client = try server.client()
      try await prepare(content, client)
      var stored = try await base(content, client)
      for entry in content.cases + (Self.list == nil ? [] : content.differs) {
        var answer = try await update(stored, entry, content, client)
        if answer.status == 409, entry.place.first?.string != "metadata" {
          stored = try await base(content, client)
          answer = try await update(stored, entry, content, client)
        }
        let isSame = Self.summary(answer) == entry.answer
        if let list = Self.list {
          if !isSame { try note(entry, of: recorded, in: list, answer) }
        } else {
          #expect(isSame, "\(entry.description): \(answer.text.prefix(600))")
        }
      }
    }
  }

  private func prepare(_ content: RecordedUpdates.Content, _ client: TestAPIClient) async throws {
    let made = try await client.post(content.path, content.object.jsonText)
    #expect(made.status == 201, "\(made.text)")
    if let status = content.status {
      var object = try await client.get(content.ownPath).object
      object["status"] = status
      let answer = try await client.put(content.ownPath + "/status", object.jsonText)
      #expect(answer.status == 200, "\(answer.text)")
    }
    if content.isLeaving { _ = try await client.delete(content.ownPath) }
    if content.object["kind"]?.string == "CustomResourceDefinition" {
      try await awaitEstablishment(content.ownPath, client)
    }
  }

  /// Until a definition is established, which makes more of it immutable, updates of it meet the
  /// server's own. Bounded by ten seconds.
  private func awaitEstablishment(_ path: String, _ client: TestAPIClient) async throws {
    for _ in 0..<1000 {
      let conditions = try await client.get(path).object[path: "status", "conditions"]
      if CustomConditions(conditions).isTrue("Established") { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("\(path) was not established within ten seconds")
  }

  /// What updates start from.
  private func base(_ content: RecordedUpdates.Content, _ client: TestAPIClient) async throws
    -> Document
  {
    var object = try await client.get(content.ownPath).object
    object.set(nil, at: ["metadata", "managedFields"])
    return object
  }

  private func update(
    _ stored: Document, _ entry: RecordedCase, _ content: RecordedUpdates.Content,
    _ client: TestAPIClient
  ) async throws -> TestAPIClient.Answer {
    let part = entry.place.first?.string == "status" ? "/status" : ""
    return try await client.put(
      "\(content.ownPath)\(part)?dryRun=All", entry.change(stored).jsonText)
  }

  private static func summary(_ answer: TestAPIClient.Answer) -> [String] {
    guard answer.status == 200 else { return RecordedCase.refusal(answer) }
    let generation = answer.object[path: "metadata", "generation"]?.integer
    return ["200"] + (generation.map { ["\($0)"] } ?? [])
  }

  private func note(
    _ entry: RecordedCase, of recorded: RecordedUpdates, in list: String,
    _ answer: TestAPIClient.Answer
  ) throws {
    let line = "\(recorded.testDescription)\t\(entry.recorded.jsonText)\t\(Self.summary(answer))\n"
    let file = try FileHandle(forUpdating: URL(filePath: list))
    defer { file.closeFile() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(line.utf8))
  }
}
