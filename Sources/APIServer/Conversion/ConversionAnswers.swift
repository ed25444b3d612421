import Resources
import Synchronization

/// What a decision knows of other versions of its objects, and what it still has to learn.
final class ConversionAnswers: Sendable {
  /// Set while a decision is made.
  @TaskLocal static var current: ConversionAnswers?

  /// What `VersionedKind` converts with while a decision is made.
  static let convert: VersionedKind.External = { object, apiVersion in
    guard let answers = current else {
      preconditionFailure("an object is converted to \(apiVersion) outside of a decision")
    }
    return answers.converted(object, to: apiVersion)
  }

  private struct State {
    var known: [String: [Document: Document]] = [:]
    var missing: [String: [Document]] = [:]
  }

  private let state = Mutex(State())

  /// An object in a version; as it is where that is not known yet.
  func converted(_ object: Document, to apiVersion: String) -> Document {
    state.withLock { state in
      if let known = state.known[apiVersion]?[object] { return known }
      state.missing[apiVersion, default: []].append(object)
      return object
    }
  }

  func takeMissing() -> [String: [Document]] {
    state.withLock { state in
      defer { state.missing = [:] }
      return state.missing
    }
  }

  func add(_ converted: [Document], of objects: [Document], in apiVersion: String) {
    state.withLock { state in
      for (object, result) in zip(objects, converted) {
        state.known[apiVersion, default: [:]][object] = result
      }
    }
  }
}
