/// The paths that a rule is about. Source: Kubernetes documentation, "Ingress", "Path types".
package enum PathPattern: Hashable, Sendable, CustomStringConvertible {
  case exact(String)
  /// Whole elements: `/foo` stands for `/foo`, `/foo/` and `/foo/bar`, not for `/foobar`. Without a
  /// closing slash; empty for every path.
  case prefix(String)

  /// - Parameters:
  ///   - path: as an Ingress spells it; none is every path.
  ///   - type: `Exact`, `Prefix` or `ImplementationSpecific`, which is a prefix here.
  package init(_ path: String?, type: String) {
    let path = path ?? ""
    if type == "Exact" {
      self = .exact(path)
      return
    }
    var bytes = path.utf8[...]
    while bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
    self = .prefix(String(Substring(bytes)))
  }

  package var description: String {
    switch self {
    case .exact(let path): "\(path) (Exact)"
    case .prefix(let path): "\(path.isEmpty ? "/" : path) (Prefix)"
    }
  }
}

/// What is behind the paths of one host. A lookup costs one look for the whole path and one for each
/// element that any prefix has, whatever the path is.
package struct PathTable<Target: Sendable>: Sendable {
  private var exact: [String: Target] = [:]
  private var prefixes: [String: Target] = [:]
  /// The most elements that a prefix has.
  private var elementsMax = 0

  package init() {}

  /// Keeps the first target of a pattern.
  /// - Returns: the target that was there already.
  @discardableResult
  package mutating func add(_ pattern: PathPattern, _ target: Target) -> Target? {
    switch pattern {
    case .exact(let path):
      if let known = exact[path] { return known }
      exact[path] = target
    case .prefix(let path):
      if let known = prefixes[path] { return known }
      prefixes[path] = target
      elementsMax = max(elementsMax, path.utf8.count { $0 == UInt8(ascii: "/") })
    }
    return nil
  }

  /// The longest pattern that fits wins; of two as long, the exact one.
  package func target(of path: String) -> Target? {
    if let target = exact[path] { return target }
    if prefixes.isEmpty { return nil }
    var end = Self.end(ofElements: elementsMax, in: path)
    while true {
      if let target = prefixes[String(path[..<end])] { return target }
      guard let slash = path.utf8[..<end].lastIndex(of: UInt8(ascii: "/")) else { return nil }
      end = slash
    }
  }

  /// Where the first `count` elements of a path end.
  private static func end(ofElements count: Int, in path: String) -> String.Index {
    var seen = 0
    for index in path.utf8.indices where path.utf8[index] == UInt8(ascii: "/") {
      if seen == count { return index }
      seen += 1
    }
    return path.endIndex
  }
}
