package import Resources

/// Names an object as people do: `Deployment default/web`.
package struct ObjectReference: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let kind: String
  /// Empty for objects outside namespaces.
  package let namespace: String
  package let name: String

  package init(kind: String, namespace: String = "", name: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  package init(_ resource: ResourceType, _ object: Document) {
    let key = ObjectKey(object)
    self.init(kind: resource.kind, namespace: key.namespace, name: key.name)
  }

  package var description: String {
    name.isEmpty ? kind : namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)"
  }

  /// As kubectl takes it: `-n default deployment/web`.
  package var kubectl: String { "\(scope)\(kind.lowercased())/\(name)" }

  /// What tells kubectl the namespace, with a space behind it; nothing outside namespaces.
  package var scope: String { namespace.isEmpty ? "" : "-n \(namespace) " }

  package static func < (left: Self, right: Self) -> Bool {
    (left.namespace, left.kind, left.name) < (right.namespace, right.kind, right.name)
  }
}
