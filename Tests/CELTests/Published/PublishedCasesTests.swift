import Foundation
import Foundations
import Testing

@testable import CEL

/// The published conformance cases of CEL, where they are: they are not kept here.
private enum Published {
  /// `tests/simple/testdata` of github.com/google/cel-spec.
  static let directory = ProcessInfo.processInfo.environment["MARTLET_CEL_CASES"]
    .map { URL(filePath: $0) }

  static func files() throws -> [URL] {
    guard let directory else { return [] }
    return try FileManager.default.contentsOfDirectory(
      at: directory, includingPropertiesForKeys: nil
    )
    .filter { $0.pathExtension == "textproto" }.sorted { $0.path < $1.path }
  }
}

@Suite(
  "Published cases of CEL",
  .enabled(if: Published.directory != nil, "needs MARTLET_CEL_CASES=.../tests/simple/testdata"))
struct PublishedCasesTests {
  /// Cases that Kubernetes' CEL answers otherwise, or has no function for; `docs/expressions.md`
  /// says which and why.
  private static let knownFailures = 2

  @Test("every case that Kubernetes' CEL can speak of is answered as published")
  func cases() throws {
    var failures: [String] = []
    var unfit: [String: Int] = [:]
    var passed = 0
    for file in try Published.files() {
      let (start, before) = (failures.count, passed)
      for section in try TextMessage(Array(try Data(contentsOf: file))).messages("section") {
        for test in section.messages("test") {
          do throws(PublishedCase.Unfit) {
            let entry = try PublishedCase(test, section: section.text("name") ?? "")
            if let failure = Self.failure(of: entry) {
              failures.append("\(file.lastPathComponent) \(failure)")
            } else {
              passed += 1
            }
          } catch {
            unfit[error.why, default: 0] += 1
          }
        }
      }
      print(file.lastPathComponent, passed - before, "passed,", failures.count - start, "failed")
    }
    print(passed, "passed,", failures.count, "failed; not asked:", unfit.sorted { $0.key < $1.key })
    print(failures.joined(separator: "\n"))
    #expect(passed > 0 && failures.count <= Self.knownFailures)
  }

  /// How a case goes wrong; `nil` where it goes right.
  private static func failure(of entry: PublishedCase) -> String? {
    let environment = Environment(variables: entry.variables.mapValues(\.type))
    let result: Result<Value, any Error>
    do {
      var budget = CostBudget.object
      result = .success(
        try environment.compile(entry.expression)
          .evaluate(entry.variables.compactMapValues(\.value), &budget))
    } catch {
      result = .failure(error)
    }
    switch (result, entry.expectation) {
    case (.failure, .failure): return nil
    case (.success(let found), .value(let wanted)) where found.matches(wanted): return nil
    case (.success(let found), .value(let wanted)):
      return "\(entry.name): \(entry.expression) => \(found), not \(wanted)"
    case (.success(let found), .failure):
      return "\(entry.name): \(entry.expression) => \(found), not a failure"
    case (.failure(let error), .value):
      return "\(entry.name): \(entry.expression) fails: \(error)"
    }
  }
}
