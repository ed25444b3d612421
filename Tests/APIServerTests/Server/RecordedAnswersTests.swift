import Foundation
import MartletTesting
import Networking
import Resources
import Testing

/// What a kube-apiserver answered to objects that were changed in one place, as
/// `scripts/record-answers` keeps it.
private struct RecordedAnswers: CustomTestStringConvertible {
  let file: URL
  var testDescription: String { file.deletingPathExtension().lastPathComponent }

  static let all: [RecordedAnswers] = {
    let directory = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../RecordedAnswers").standardized
    let files = try? FileManager.default.contentsOfDirectory(
      at: directory, includingPropertiesForKeys: nil)
    return (files ?? []).filter { $0.pathExtension == "json" }
      .sorted { $0.path < $1.path }.map(RecordedAnswers.init)
  }()

  struct Case {
    /// As it stands in the file.
    let recorded: Document
    /// Members by name, elements by position.
    let place: [Document]
    /// What stands there instead; `nil` for nothing.
    let value: Document?
    /// The status, and each cause's reason and field.
    let answer: [String]

    init(_ recorded: Document) {
      self.recorded = recorded
      let parts = recorded.elements.map { $0 }
      place = parts[0].elements.map { $0 }
      value = parts.count == 3 ? parts[1] : nil
      answer = (parts.last ?? .emptyArray).elements.map { $0.string ?? $0.jsonText }
    }
  }

  /// - Parameter list: `cases`, or `differs` for those that are known to be answered otherwise.
  func read(_ list: String = "cases") throws -> (path: String, object: Document, cases: [Case]) {
    let whole = try Document(json: Array(try Data(contentsOf: file)))
    return (
      path: whole["path"]?.string ?? "", object: whole["object"] ?? .emptyObject,
      cases: (whole[list] ?? .emptyArray).elements.map(Case.init)
    )
  }
}

extension Document {
  /// A copy with what stands at a place replaced, or left out.
  fileprivate func replacing(_ place: ArraySlice<Document>, with value: Document?) -> Document {
    guard let step = place.first else { return value ?? self }
    let rest = place.dropFirst()
    if let name = step.string {
      var copy = self
      copy[name] = rest.isEmpty ? value : self[name]?.replacing(rest, with: value)
      return copy
    }
    var elements = self.elements.map { $0 }
    let index = step.integer ?? 0
    if !rest.isEmpty {
      elements[index] = elements[index].replacing(rest, with: value)
    } else if let value {
      elements[index] = value
    } else {
      elements.remove(at: index)
    }
    return Document(elements)
  }
}

/// Both sides of each kind's rules: thousands of objects that are right or wrong in one place, and
/// what Kubernetes says of them.
@Suite("Recorded answers", .timeLimit(.minutes(5)))
struct RecordedAnswersTests {
  @Test("there are answers for every kind of the table")
  func completeness() throws {
    let kinds = Set(
      RecordedAnswers.all.compactMap { $0.testDescription.split(separator: "-").first })
    #expect(kinds.count >= 50, "\(kinds.sorted())")
    for recorded in RecordedAnswers.all {
      let cases = try recorded.read().cases
      #expect(cases.contains { $0.answer == ["201"] }, "\(recorded.testDescription)")
      #expect(cases.contains { $0.answer != ["201"] }, "\(recorded.testDescription)")
    }
  }

  @Test(
    "an object that is changed in one place is answered as Kubernetes does",
    arguments: RecordedAnswers.all)
  fileprivate func answers(_ recorded: RecordedAnswers) async throws {
    let (path, object, cases) = try recorded.read()
    try await TestAPIServer.run { server in
      let client = try server.client()
      for entry in cases {
        let changed = object.replacing(entry.place[...], with: entry.value)
        let answer = try await client.post(path, changed.jsonText)
        let place = entry.place.map { $0.string ?? $0.jsonText }.joined(separator: ".")
        #expect(
          Self.summary(answer) == entry.answer,
          "\(place) = \(entry.value?.jsonText.prefix(60) ?? "nothing"): \(answer.text.prefix(600))")
      }
    }
  }

  /// What is wrong is told with the case as it stands in the file, for whoever moves it.
  @Test(
    "what is answered as Kubernetes does does not stand among what is not",
    .enabled(if: looksForAgreed, "MARTLET_AGREED=1 has the cases found that may be moved"),
    arguments: RecordedAnswers.all)
  fileprivate func agreed(_ recorded: RecordedAnswers) async throws {
    let (path, object, cases) = try recorded.read("differs")
    try await TestAPIServer.run { server in
      let client = try server.client()
      for entry in cases {
        let changed = object.replacing(entry.place[...], with: entry.value)
        let answer = try await client.post(path, changed.jsonText)
        #expect(
          Self.summary(answer) != entry.answer,
          "AGREED \(recorded.testDescription) \(entry.recorded.jsonText)")
      }
    }
  }

  private static var looksForAgreed: Bool {
    ProcessInfo.processInfo.environment["MARTLET_AGREED"] != nil
  }

  private static func summary(_ answer: TestAPIClient.Answer) -> [String] {
    if answer.status < 300 { return ["201"] }
    let status = ["\(answer.status)"]
    return answer.status == 422 ? status + Set(answer.causes).sorted() : status
  }
}
