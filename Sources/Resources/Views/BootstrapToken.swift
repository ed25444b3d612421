package import Foundations

/// A token with which new nodes join, as its Secret in `kube-system` holds it.
/// Source: Kubernetes documentation, "Authenticating with Bootstrap Tokens".
package struct BootstrapToken: Sendable {
  package static let secretType = "bootstrap.kubernetes.io/token"
  package static let namespace = "kube-system"
  private static let namePrefix = "bootstrap-token-"
  private static let group = "system:bootstrappers"

  package let identifier: String
  /// Beside `system:bootstrappers`.
  package let extraGroups: [String]
  /// `nil` lasts until it is deleted.
  package let expiration: Timestamp?
  package let mayAuthenticate: Bool
  private let secret: [UInt8]

  /// - Returns: `nil` for a Secret that is no good bootstrap token.
  package init?(secret object: Document) {
    guard object["type"]?.string == Self.secretType else { return nil }
    var fields: [String: String] = [:]
    for (member, value) in (object["data"] ?? .emptyObject).members {
      guard let bytes = value.base64Bytes else { return nil }
      fields[member] = String(decoding: bytes, as: UTF8.self)
    }
    func text(_ member: String) -> String { fields[member] ?? "" }
    identifier = text("token-id")
    guard object[path: "metadata", "name"]?.string == Self.namePrefix + identifier,
      let secret = object[path: "data", "token-secret"]?.base64Bytes, !secret.isEmpty
    else { return nil }
    self.secret = secret
    let end = text("expiration")
    expiration = end.isEmpty ? nil : Timestamp(end)
    if !end.isEmpty, expiration == nil { return nil }
    mayAuthenticate = text("usage-bootstrap-authentication") == "true"
    let groups = text("auth-extra-groups").split(separator: ",").map(String.init)
    guard groups.allSatisfy(Self.isGroup) else { return nil }
    extraGroups = Array(Set(groups)).sorted()
  }

  package func isOver(at now: Timestamp) -> Bool { expiration.map { $0 <= now } ?? false }

  /// Takes the same time whatever the difference.
  package func isSecret(_ text: Substring) -> Bool {
    let offered = Array(text.utf8)
    guard offered.count == secret.count else { return false }
    return zip(offered, secret).reduce(into: UInt8(0)) { $0 |= $1.0 ^ $1.1 } == 0
  }

  package var groups: [String] { [Self.group] + extraGroups }

  /// The name of the Secret that a token would be held by, and the token's secret part; `nil` for
  /// texts that are no bootstrap tokens: `[a-z0-9]{6}.[a-z0-9]{16}`.
  package static func parts(of token: String) -> (secretName: String, secret: Substring)? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 6, parts[1].utf8.count == 16,
      parts.allSatisfy({ $0.utf8.allSatisfy(isPlain) })
    else { return nil }
    return (namePrefix + parts[0], parts[1])
  }

  private static func isGroup(_ text: String) -> Bool {
    let prefix = group + ":"
    let rest = text.dropFirst(prefix.utf8.count)
    return text.hasPrefix(prefix) && rest.utf8.count <= 256 && rest.utf8.last.map(isPlain) ?? false
      && rest.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "-") }
  }

  private static func isPlain(_ character: UInt8) -> Bool {
    switch character {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}
