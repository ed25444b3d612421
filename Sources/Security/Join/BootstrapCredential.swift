/// The secret by which a machine asks for its first certificate: `abcdef.0123456789abcdef`. The part
/// before the dot is no secret: it names the token in logs and messages.
/// Source: Kubernetes documentation, "Authenticating with Bootstrap Tokens".
package struct BootstrapCredential: Sendable {
  package let id: String
  package let secret: Redacted<[UInt8]>

  private static let idLength = 6
  private static let secretLength = 16
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)

  /// - Returns: `nil` where the text is no such token.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isWord(parts[0], Self.idLength),
      Self.isWord(parts[1], Self.secretLength)
    else { return nil }
    self.init(id: String(parts[0]), secret: Redacted(Array(parts[1].utf8)))
  }

  private init(id: String, secret: Redacted<[UInt8]>) {
    self.id = id
    self.secret = secret
  }

  /// A new one: 31 bits name it, 82 bits are secret.
  package static func random() -> BootstrapCredential {
    // The kernel's generator, on Linux. Source: Swift's SystemRandomNumberGenerator.
    var generator = SystemRandomNumberGenerator()
    func word(_ length: Int) -> [UInt8] {
      (0..<length).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
    }
    return BootstrapCredential(
      id: String(decoding: word(idLength), as: UTF8.self), secret: Redacted(word(secretLength)))
  }

  package static func isID(_ text: some StringProtocol) -> Bool { isWord(text, idLength) }

  package var text: Redacted<String> {
    Redacted("\(id).\(String(decoding: secret.exposed, as: UTF8.self))")
  }

  /// The Secret that holds it, in `kube-system`.
  package var secretName: String { Self.secretName(ofID: id) }

  package static func secretName(ofID id: String) -> String { "bootstrap-token-\(id)" }

  private static func isWord(_ text: some StringProtocol, _ length: Int) -> Bool {
    text.utf8.count == length && text.utf8.allSatisfy(alphabet.contains)
  }
}
