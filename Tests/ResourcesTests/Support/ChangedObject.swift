import Foundation
import Resources
import Testing

/// An object that is right, to be asked what validation says of it once something has changed.
struct ChangedObject: Sendable {
  let kind: GroupVersionKind
  let base: Document

  init(yaml: String) {
    do {
      base = try Document.documents(yaml: yaml)[0]
    } catch {
      preconditionFailure("\(error) in \(yaml)")
    }
    kind = GroupVersionKind(
      apiVersion: base["apiVersion"]?.string ?? "", kind: base["kind"]?.string ?? "")
  }

  /// - Parameter patch: a strategic merge patch, in YAML.
  /// - Returns: reason and field of each cause, in order; empty where all is right.
  func causes(_ patch: String) throws -> [String] {
    let type = try #require(Schema.builtin.type(of: kind))
    let change = try #require(try Document.documents(yaml: patch).first)
    var object = try StrategicMergePatch(schema: .builtin).apply(change, to: base, type: type)
    Defaulting.rule(for: kind)(&object)
    let causes = ObjectValidation.errors(in: object, replacing: nil, kind: kind, type: type)
      .map(\.cause)
    return causes.map { "\($0.reason.dropFirst("FieldValue".count)) \($0.field)" }.sorted()
  }
}

/// A change, and what is wrong with it.
struct ChangeCase: Sendable, CustomTestStringConvertible {
  let change: String
  let causes: [String]
  var testDescription: String { change }

  init(_ change: String, _ causes: String...) {
    self.change = change
    self.causes = causes.sorted()
  }
}
