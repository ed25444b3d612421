extension HeaderFields {
  /// Whether `If-None-Match` names an entity tag, so that the client has what it stands for.
  /// Weak tags compare as strong ones do, as for reads they should.
  /// - Parameter entityTag: with its quotes; empty for none.
  /// Source: RFC 9110, 13.1.2.
  package func names(entityTag: String) -> Bool {
    guard !entityTag.isEmpty else { return false }
    for element in values(of: "if-none-match").joined(separator: ",").split(separator: ",") {
      var tag = element.drop { $0 == " " || $0 == "\t" }
      while tag.last == " " || tag.last == "\t" { tag.removeLast() }
      if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
      if tag == "*" || tag == entityTag { return true }
    }
    return false
  }
}
