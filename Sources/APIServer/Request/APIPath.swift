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
    let parts = Self.parts(of: path)
    var place: Int
    switch parts.first {
    case "api" where parts.count >= 3: place = 1
    case "apis" where parts.count >= 4: place = 2
    default:
      self = .path(path)
      return
    }
    var found = ResourcePath(
      group: place == 1 ? "" : parts[1], version: parts[place], plural: "")
    place += 1
    if parts[place] == "watch" && parts.count > place + 1 {
      found.isWatchPath = true
      place += 1
    }
    // `namespaces/NAME/PLURAL` selects a collection inside a namespace, except for the namespace's
    // own subresources.
    if parts[place] == "namespaces", parts.count >= place + 3,
      !["status", "finalize"].contains(parts[place + 2]) || parts.count > place + 3
    {
      found.namespace = parts[place + 1]
      place += 2
    }
    found.plural = parts[place]
    if parts.count > place + 1 { found.name = parts[place + 1] }
    if parts.count > place + 2 { found.subresource = parts[place + 2] }
    if parts.count > place + 3 {
      found.rest = "/" + parts[(place + 3)...].joined(separator: "/")
    }
    // A proxied path keeps its trailing slash: servers tell `dir` from `dir/`.
    if found.subresource == "proxy" && path.hasSuffix("/") { found.rest += "/" }
    if found.plural == "namespaces" && found.namespace == nil { found.namespace = found.name }
    self = .resource(found)
  }

  /// What stands between slashes. By bytes: to look for characters would cost more than all else
  /// here. Most parts are so short that a string of their own needs no memory.
  private static func parts(of path: String) -> [String] {
    var parts: [String] = []
    // The longest path of a built-in object's subresource has eight.
    parts.reserveCapacity(8)
    var text = path
    text.withUTF8 { bytes in
      var start = 0
      for end in 0...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: "/") {
        if end > start {
          parts.append(String(decoding: bytes[start..<end], as: UTF8.self))
        }
        start = end + 1
      }
    }
    return parts
  }
}
