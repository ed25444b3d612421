import Foundations
import Resources

@testable import Store

/// A small config map.
func sample(
  _ name: String, in namespace: String = "default", labels: [String: String] = [:],
  value: String = ""
) -> Document {
  var metadata: Document = ["name": Document(name), "namespace": Document(namespace)]
  if !labels.isEmpty { metadata["labels"] = labels.asDocument }
  return [
    "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
    "data": ["value": Document(value)],
  ]
}

extension WatchCache {
  static let samplePrefix = Key("/configmaps/")

  static func key(_ name: String, in namespace: String = "default") -> Key {
    .object(samplePrefix, namespace: namespace, name: name)
  }
}

extension Store {
  @discardableResult
  func create(_ document: Document) async throws -> PreparedObject {
    let prepared = try PreparedObject(document)
    _ = try await commit(Transaction(.create(sampleKey(of: document), prepared)))
    return prepared
  }

  @discardableResult
  func update(_ document: Document, ifAt revision: Revision? = nil) async throws -> PreparedObject {
    let prepared = try PreparedObject(document)
    _ = try await commit(
      Transaction(.update(sampleKey(of: document), prepared, ifAt: revision)))
    return prepared
  }

  @discardableResult
  func delete(_ name: String, in namespace: String = "default") async throws -> Revision {
    try await delete(WatchCache.key(name, in: namespace), ifAt: nil)
  }

  private func sampleKey(of document: Document) -> Key {
    let key = ObjectKey(document)
    return WatchCache.key(key.name, in: key.namespace)
  }
}

extension WatchEvent {
  /// `added web@3` in short.
  var brief: String { "\(kind) \(object.name)@\(revision)" }
}
