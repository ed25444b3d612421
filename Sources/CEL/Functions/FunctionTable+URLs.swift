/// An absolute URL, or one that begins with a path. Source: Go's `url.ParseRequestURI`.
struct URLValue: OpaqueValue, Equatable {
  let text: String
  let scheme: String
  /// With its port.
  let host: String
  /// As written.
  let path: String
  let query: [(name: String, value: String)]

  var typeName: String { "kubernetes.URL" }
  static func == (left: Self, right: Self) -> Bool { left.text == right.text }

  init?(_ text: String) {
    guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
      return nil
    }
    self.text = text
    var rest = Substring(text)
    var scheme = ""
    if !rest.hasPrefix("/") {
      guard let colon = rest.firstIndex(of: ":") else { return nil }
      scheme = rest[..<colon].lowercased()
      guard let first = scheme.unicodeScalars.first, Lexer.isLetter(first), first != "_",
        scheme.unicodeScalars.allSatisfy({
          Lexer.isLetter($0) && $0 != "_" || Lexer.isDigit($0) || "+-.".unicodeScalars.contains($0)
        })
      else { return nil }
      rest = rest[rest.index(after: colon)...]
      guard rest.hasPrefix("/") else { return nil }
    }
    var queryText = Substring("")
    if let mark = rest.firstIndex(of: "?") {
      queryText = rest[rest.index(after: mark)...]
      rest = rest[..<mark]
    }
    var authority = Substring("")
    if !scheme.isEmpty, rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      authority = rest[..<end]
      rest = rest[end...]
      if let at = authority.lastIndex(of: "@") {
        authority = authority[authority.index(after: at)...]
      }
    }
    guard Self.isHost(authority), let path = Self.escaped(rest) else { return nil }
    self.scheme = scheme
    host = String(authority)
    self.path = path
    var query: [(String, String)] = []
    for pair in queryText.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.unescaped(parts[0]),
        let value = Self.unescaped(parts.count == 2 ? parts[1] : "")
      else { continue }
      query.append((name, value))
    }
    self.query = query
  }

  /// Without brackets and port.
  var hostname: String {
    if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
    return String(host.prefix { $0 != ":" })
  }

  var port: String {
    let rest = host.hasPrefix("[") ? host.drop { $0 != "]" }.dropFirst() : host[...]
    guard let colon = rest.lastIndex(of: ":") else { return "" }
    return String(rest[rest.index(after: colon)...])
  }

  private static func isHost(_ host: Substring) -> Bool {
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]") else { return false }
      let rest = host[host.index(after: end)...]
      return rest.isEmpty || rest.hasPrefix(":") && rest.dropFirst().allSatisfy(\.isNumber)
    }
    let parts = host.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count > 2 { return false }
    return parts.count < 2 || parts[1].allSatisfy(\.isNumber)
  }

  /// What may not stand in a path is escaped; `nil` where an escape is malformed.
  private static func escaped(_ path: Substring) -> String? {
    guard unescaped(path) != nil else { return nil }
    var text = ""
    for byte in path.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        byte < 0x80
        && (Lexer.isLetter(scalar) || Lexer.isDigit(scalar)
          || "-_.~!$&'()*+,;=:@/%[]".unicodeScalars.contains(scalar))
      text += isPlain ? String(Character(scalar)) : "%\(String(byte, radix: 16, uppercase: true))"
    }
    return text
  }

  private static func unescaped(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(0x20)
      case UInt8(ascii: "%"):
        guard rest.count >= 2,
          let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Source: Kubernetes documentation, "CEL", URL library.
extension FunctionTable {
  mutating func addURLs() {
    let type = CELType.opaque("kubernetes.URL")
    global("url", [.string], type) { (a, run) throws(EvaluationError) in
      let text = Self.text(a[0])
      try run.charge(tenths: text.utf8.count)
      guard let url = URLValue(text) else {
        throw EvaluationError(
          "URL parse error during conversion from string: parse \"\(text)\": invalid URI for request"
        )
      }
      return .opaque(url)
    }
    global("isURL", [.string], .bool) { (a, run) throws(EvaluationError) in
      let text = Self.text(a[0])
      try run.charge(tenths: text.utf8.count)
      return .bool(URLValue(text) != nil)
    }
    let parts: [(String, @Sendable (URLValue) -> String)] = [
      ("getScheme", { $0.scheme }), ("getHost", { $0.host }), ("getHostname", { $0.hostname }),
      ("getPort", { $0.port }), ("getEscapedPath", { $0.path }),
    ]
    for (name, part) in parts {
      member(name, [type], .string) { (a, _) throws(EvaluationError) in
        .string(part(try a[0].asOpaque(URLValue.self)))
      }
    }
    member("getQuery", [type], .map(.string, .list(.string))) { (a, _) throws(EvaluationError) in
      var values: [String: [Value]] = [:]
      var names: [String] = []
      for (name, value) in try a[0].asOpaque(URLValue.self).query {
        if values[name] == nil { names.append(name) }
        values[name, default: []].append(.string(value))
      }
      var map = MapValue()
      for name in names { map.insert(.string(name), .list(values[name] ?? [])) }
      return .map(map)
    }
  }
}
