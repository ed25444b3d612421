/// The name of an object within its collection: `default/web`, or `node-1` outside namespaces.
package struct ObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Empty for objects outside namespaces.
  package let namespace: String
  package let name: String

  package init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// The key of an object as its metadata states it.
  package init(_ object: Document) {
    let metadata = object["metadata"]
    self.init(
      namespace: metadata?["namespace"]?.string ?? "", name: metadata?["name"]?.string ?? "")
  }

  package var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}
