/// Where a redirect leads. Pure.
enum HTTPRedirect {
  /// - Returns: `nil` where it leads to another host, where nobody asked us to look.
  static func follow(
    _ location: String, from check: ProbeTarget.HTTPCheck
  ) -> ProbeTarget.HTTPCheck? {
    var next = check
    if location.hasPrefix("/"), !location.hasPrefix("//") {
      next.path = location
      return next
    }
    guard let separator = location.firstRange(of: "://") else {
      // Relative to the directory of the present path.
      let path = check.path.prefix { $0 != "?" }
      let directory = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
      next.path = "\(directory)\(location)"
      return next
    }
    switch location[..<separator.lowerBound] {
    case "http": next.isTLS = false
    case "https": next.isTLS = true
    default: return nil
    }
    let rest = location[separator.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let (host, port) = split(authority)
    guard host == check.host else { return nil }
    next.port = port ?? (next.isTLS ? 443 : 80)
    let path = rest[authority.endIndex...].prefix { $0 != "#" }
    next.path = path.hasPrefix("/") ? String(path) : "/\(path)"
    return next
  }

  private static func split(_ authority: Substring) -> (host: String, port: Int?) {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      let host = authority[authority.index(after: authority.startIndex)..<end]
      let rest = authority[authority.index(after: end)...].dropFirst()
      return (String(host), Int(rest))
    }
    guard let colon = authority.lastIndex(of: ":") else { return (String(authority), nil) }
    return (String(authority[..<colon]), Int(authority[authority.index(after: colon)...]))
  }
}
