import Foundations
import Testing

@testable import Resources

@Suite struct BootstrapTokenTests {
  private func secret(_ change: (inout Document) -> Void = { _ in }) -> Document {
    var secret: Document = [
      "metadata": ["name": "bootstrap-token-abcdef", "namespace": "kube-system"],
      "type": "bootstrap.kubernetes.io/token", "data": .emptyObject,
    ]
    for (member, value) in [
      ("token-id", "abcdef"), ("token-secret", "0123456789abcdef"),
      ("usage-bootstrap-authentication", "true"), ("expiration", "2026-03-01T12:00:00Z"),
      ("auth-extra-groups", "system:bootstrappers:workers,system:bootstrappers:eu-1"),
    ] {
      secret.set(Document(Base64Text.encode(value)), at: ["data", member])
    }
    change(&secret)
    return secret
  }

  @Test("a Secret says whom its token stands for, and until when")
  func whole() throws {
    let token = try #require(BootstrapToken(secret: secret()))
    #expect(token.identifier == "abcdef" && token.mayAuthenticate)
    #expect(
      token.groups == [
        "system:bootstrappers", "system:bootstrappers:eu-1", "system:bootstrappers:workers",
      ])
    #expect(token.isSecret("0123456789abcdef") && !token.isSecret("0123456789abcdee"))
    #expect(!token.isSecret("") && !token.isSecret("0123456789abcdef0"))
    let end = try #require(Timestamp("2026-03-01T12:00:00Z"))
    #expect(token.isOver(at: end) && !token.isOver(at: end.advanced(by: .seconds(-1))))
  }

  @Test(
    "a Secret that says otherwise than its name, or what cannot be read, is no token",
    arguments: [
      ["metadata", "name"], ["type"], ["data", "token-id"], ["data", "token-secret"],
      ["data", "expiration"], ["data", "auth-extra-groups"],
    ])
  func bad(_ path: [String]) {
    // The first is base64 of "xx": any secret would do.
    #expect(
      BootstrapToken(secret: secret { $0.set("eHg=", at: path) }) == nil
        || path.last == "token-secret")
    #expect(BootstrapToken(secret: secret { $0.set("system:masters", at: path) }) == nil)
  }

  @Test(
    "a token has an identifier of six and a secret of sixteen plain characters",
    arguments: [
      ("abcdef.0123456789abcdef", true), ("abcde.0123456789abcdef", false),
      ("abcdef.0123456789abcde", false), ("Abcdef.0123456789abcdef", false),
      ("abcdef0123456789abcdef", false), ("abcdef.01234567.9abcdef", false), ("", false),
    ])
  func form(_ text: String, _ isToken: Bool) {
    #expect((BootstrapToken.parts(of: text) != nil) == isToken)
  }
}
