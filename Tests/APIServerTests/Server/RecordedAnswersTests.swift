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

  static let all = RecordedCase.files().map(RecordedAnswers.init)

  /// - Parameter list: `cases`, or `differs` for those that are known to be answered otherwise.
  func read(_ list: String = "cases") throws -> (
    path: String, object: Document, cases: [RecordedCase]
  ) {
    let whole = try Document(json: Array(try Data(contentsOf: file)))
    return (
      path: whole["path"]?.string ?? "", object: whole["object"] ?? .emptyObject,
      cases: (whole[list] ?? .emptyArray).elements.map(RecordedCase.init)
    )
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
        let answer = try await client.post(path, entry.change(object).jsonText)
        #expect(
          Self.summary(answer) == entry.answer, "\(entry.description): \(answer.text.prefix(600))")
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
        let answer = try await client.post(path, entry.change(object).jsonText)
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
    answer.status < 300 ? ["201"] : RecordedCase.refusal(answer)
  }
}
