import Resources
import Security

/// What an issuer's section may hold, in upstream's words.
extension JWTIssuer {
  static func trimmed(_ url: String) -> Substring {
    var rest = url[...]
    while rest.hasSuffix("/") { rest.removeLast() }
    return rest
  }

  static func problems(
    _ issuer: Document, _ path: String, _ url: String, _ discovery: String, _ audiences: [String],
    _ disallowed: Set<String>
  ) -> [FieldError] {
    var errors: [FieldError] = []
    if url.isEmpty {
      errors.append(.required("\(path).url"))
    } else {
      if disallowed.contains(url) {
        errors.append(
          .invalid(
            "\(path).url", Document(url),
            "URL must not overlap with disallowed issuers: \(disallowed.sorted())"))
      }
      errors += urlProblems(url, "\(path).url")
    }
    if !discovery.isEmpty {
      if !url.isEmpty, trimmed(url) == trimmed(discovery) {
        errors.append(
          .invalid(
            "\(path).discoveryURL", Document(discovery), "discoveryURL must be different from URL"))
      }
      errors += urlProblems(discovery, "\(path).discoveryURL")
    }
    errors += audienceProblems(issuer, path, audiences)
    if let authority = issuer["certificateAuthority"]?.string, !authority.isEmpty {
      do throws(CredentialError) { _ = try ShownAuthority(Array(authority.utf8)) } catch {
        errors.append(
          FieldError(
            "\(path).certificateAuthority", .invalid(value: "\"<omitted>\""), "\(error)"))
      }
    }
    if let egress = issuer["egressSelectorType"]?.string, !egress.isEmpty {
      errors.append(
        .forbidden("\(path).egressSelectorType", "this server has no egress selectors"))
    }
    return errors
  }

  private static func audienceProblems(_ issuer: Document, _ path: String, _ audiences: [String])
    -> [FieldError]
  {
    guard !audiences.isEmpty else {
      return [.required("\(path).audiences", "at least one \(path).audiences is required")]
    }
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (index, audience) in audiences.enumerated() {
      let place = "\(path).audiences[\(index)]"
      if audience.isEmpty { errors.append(.required(place)) }
      if !seen.insert(audience).inserted {
        errors.append(.duplicate(place, Document(audience)))
      }
    }
    let policy = issuer["audienceMatchPolicy"]?.string ?? ""
    let place = "\(path).audienceMatchPolicy"
    if audiences.count > 1, policy != "MatchAny" {
      errors.append(
        .invalid(
          place, Document(policy), "audienceMatchPolicy must be MatchAny for multiple audiences"))
    }
    if audiences.count == 1, !policy.isEmpty, policy != "MatchAny" {
      errors.append(
        .invalid(
          place, Document(policy),
          "audienceMatchPolicy must be empty or MatchAny for single audience"))
    }
    return errors
  }

  private static func urlProblems(_ url: String, _ path: String) -> [FieldError] {
    var problems: [String] = []
    let scheme = "https://"
    if !url.hasPrefix(scheme) { problems.append("URL scheme must be https") }
    let rest = url.hasPrefix(scheme) ? url.dropFirst(scheme.count) : url[...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if authority.contains("@") {
      problems.append("URL must not contain a username or password")
    }
    if authority.isEmpty { problems.append("URL must name a host") }
    if url.contains("?") { problems.append("URL must not contain a query") }
    if url.contains("#") { problems.append("URL must not contain a fragment") }
    if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
      problems.append("URL must not contain spaces or control characters")
    }
    return problems.map { .invalid(path, Document(url), $0) }
  }
}
