import Foundations

/// The rules of where a webhook listens, whatever it is for.
/// Source: upstream's messages.
enum WebhookEndpointValidation {
  private static let form = "; desired format: https://host[/path]"

  /// - Parameter config: a `clientConfig`.
  static func errors(_ config: Document?, at path: String) -> [FieldError] {
    let url = config?["url"].flatMap { $0.isNull ? nil : $0.string }
    let service = config?["service"].flatMap { $0.isObject ? $0 : nil }
    switch (url, service) {
    case (let url?, nil): return urlErrors(url, at: "\(path).url")
    case (nil, let service?): return serviceErrors(service, at: "\(path).service")
    default: return [.required(path, "exactly one of url or service is required")]
    }
  }

  static func urlErrors(_ url: String, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
      return [
        .required(
          path, "url must be a valid URL: it holds a space or a control character\(form)")
      ]
    }
    let schemeEnd = url.firstRange(of: "://")
    let scheme = schemeEnd.map { String(url[..<$0.lowerBound]) } ?? ""
    if scheme.lowercased() != "https" {
      errors.append(
        .invalid(path, Document(scheme), "'https' is the only allowed URL scheme\(form)"))
    }
    let rest = schemeEnd.map { url[$0.upperBound...] } ?? url[...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let at = authority.lastIndex(of: "@")
    let host = at.map { authority[authority.index(after: $0)...] } ?? authority
    if schemeEnd == nil || host.isEmpty {
      errors.append(.invalid(path, "", "host must be specified\(form)"))
    }
    if let at {
      errors.append(
        .invalid(
          path, Document(authority[..<at]), "user information is not permitted in the URL"))
    }
    if let hash = rest.firstIndex(of: "#"), rest.index(after: hash) != rest.endIndex {
      errors.append(
        .invalid(
          path, Document(rest[rest.index(after: hash)...]),
          "fragments are not permitted in the URL"))
    }
    let query = rest.prefix { $0 != "#" }.drop { $0 != "?" }.dropFirst()
    if !query.isEmpty {
      errors.append(
        .invalid(path, Document(query), "query parameters are not permitted in the URL"))
    }
    return errors
  }

  private static func serviceErrors(_ service: Document, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    for member in ["name", "namespace"] where service[member]?.string?.isEmpty ?? true {
      errors.append(.required("\(path).\(member)"))
    }
    if let port = service["port"], !(1...65535).contains(port.integer ?? 0) {
      errors.append(
        .invalid(
          "\(path).port", port, "port is not valid: must be between 1 and 65535, inclusive"))
    }
    if let text = service["path"]?.string { errors += pathErrors(text, at: "\(path).path") }
    return errors
  }

  private static func pathErrors(_ text: String, at path: String) -> [FieldError] {
    if text.isEmpty || text == "/" { return [] }
    let value = Document(text)
    if text == "//" { return [.invalid(path, value, "segment[0] may not be empty")] }
    var errors: [FieldError] = []
    if !text.hasPrefix("/") { errors.append(.invalid(path, value, "must start with a '/'")) }
    var checked = text.dropFirst()
    if checked.hasSuffix("/") { checked = checked.dropLast() }
    let segments = checked.split(separator: "/", omittingEmptySubsequences: false)
    for (position, segment) in segments.enumerated() {
      if segment.isEmpty {
        errors.append(.invalid(path, value, "segment[\(position)] may not be empty"))
        continue
      }
      errors += ObjectName.problems(subdomain: String(segment)).map {
        .invalid(path, value, "segment[\(position)]: \($0)")
      }
    }
    return errors
  }
}
