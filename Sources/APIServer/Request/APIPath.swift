/// What a URL path points at.
/// Source: Kubernetes API Concepts, "Resource URIs".
package enum APIPath: Equatable, Sendable {
  /// `/healthz`, `/version`, `/openapi/v3`: anything outside `/api/VERSION` and `/apis/GROUP/VERSION`.
  case path(String)
  case resource(ResourcePath)

  package struct ResourcePath: Equatable, Sendable {
    package var group: String
    package var version: String
    package var plural: String
    package var namespace: String?
    package var name: String?
    package var subresource: String?
    /// What follows the subresource, with its leading slash: the path a proxy forwards.
    package var rest: String
    /// `/api/v1/watch/...`, the older spelling of `?watch=true`.
    package var isWatchPath: Bool

    package init(
      group: String, version: String, plural: String, namespace: String? = nil,
      name: String? = nil, subresource: String? = nil, rest: String = "", isWatchPath: Bool = false
    ) {
      self.group = group
      self.version = version
      self.plural = plural
      self.namespace = namespace
      self.name = name
      self.subresource = subresource
      self.rest = rest
      self.isWatchPath = isWatchPath
    }
  }

  /// - Parameter path: percent-decoded, starting with `/`.
  package init(path: String) {
    // By bytes: to look for characters would cost more than all else here. Most parts are so short
    // that a string of their own needs no memory.
    var text = path
    var parts = text.withUTF8 { bytes in
      bytes.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    }[...]
    let group: String
    switch parts.first {
    case "api" where parts.count >= 3:
      group = ""
      parts = parts.dropFirst()
    case "apis" where parts.count >= 4:
      group = parts[parts.startIndex + 1]
      parts = parts.dropFirst(2)
    default:
      self = .path(path)
      return
    }
    var found = ResourcePath(group: group, version: parts.removeFirst(), plural: "")
    if parts.first == "watch" && parts.count > 1 {
      found.isWatchPath = true
      parts = parts.dropFirst()
    }
    // `namespaces/NAME/PLURAL` selects a collection inside a namespace, except for the namespace's
    // own subresources.
    if parts.first == "namespaces", parts.count >= 3,
      !["status", "finalize"].contains(parts[parts.startIndex + 2]) || parts.count > 3
    {
      found.namespace = parts[parts.startIndex + 1]
      parts = parts.dropFirst(2)
    }
    found.plural = parts.removeFirst()
    if let name = parts.popFirst() { found.name = name }
    if let subresource = parts.popFirst() {
      found.subresource = subresource
      if found.plural == "namespaces" && found.namespace == nil { found.namespace = found.name }
    }
    if !parts.isEmpty {
      found.rest = "/" + parts.joined(separator: "/")
    }
    // A proxied path keeps its trailing slash: servers tell `dir` from `dir/`.
    if found.subresource == "proxy" && path.hasSuffix("/") { found.rest += "/" }
    if found.plural == "namespaces" && found.namespace == nil { found.namespace = found.name }
    self = .resource(found)
  }
}
