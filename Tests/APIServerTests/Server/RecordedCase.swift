import Foundation
import MartletTesting
import Resources

/// A change of one place of an object, and what a kube-apiserver answered to it.
struct RecordedCase {
  /// As it stands in its file.
  let recorded: Document
  /// Members by name, elements by position.
  let place: [Document]
  /// What stands there instead; `nil` for nothing.
  let value: Document?
  /// The status, and each cause's reason and field, or the generation.
  let answer: [String]

  init(_ recorded: Document) {
    let parts = recorded.elements.map { $0 }
    self.recorded = recorded
    place = parts[0].elements.map { $0 }
    value = parts.count == 3 ? parts[1] : nil
    answer = (parts.last ?? .emptyArray).elements.map { $0.string ?? $0.jsonText }
  }

  /// For people: `spec.ports.0 = nothing`.
  var description: String {
    let path = place.map { $0.string ?? $0.jsonText }.joined(separator: ".")
    return "\(path) = \(value?.jsonText.prefix(60) ?? "nothing")"
  }

  /// A copy of an object with the change made.
  func change(_ object: Document) -> Document { object.replacing(place[...], with: value) }

  /// The files of recorded answers, in order.
  /// - Parameter directory: below `Tests/RecordedAnswers`.
  static func files(in directory: String = "") -> [URL] {
    let whole = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../RecordedAnswers/" + directory).standardized
    let files = try? FileManager.default.contentsOfDirectory(
      at: whole, includingPropertiesForKeys: nil)
    return (files ?? []).filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
  }

  /// What is compared of a refusal.
  static func refusal(_ answer: TestAPIClient.Answer) -> [String] {
    let status = ["\(answer.status)"]
    return answer.status == 422 ? status + Set(answer.causes).sorted() : status
  }
}

extension Document {
  /// A copy with what stands at a place replaced, or left out. Unchanged where there is no such place.
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
    guard index < elements.count else { return Document(elements + [value].compactMap(\.self)) }
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
