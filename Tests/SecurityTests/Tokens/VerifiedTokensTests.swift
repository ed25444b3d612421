import Foundations
import Testing

@testable import Security

@Suite struct VerifiedTokensTests {
  private let tokens = ServiceAccountTokens(
    issuer: "https://issuer", audiences: ["https://issuer"], signingKey: .make())

  private func token(audiences: [String] = ["https://issuer"]) throws -> Redacted<String> {
    try tokens.sign(
      ServiceAccountClaims(
        issuer: "https://issuer", audiences: audiences, namespace: "n",
        serviceAccount: .init(name: "a", uid: "u"), now: .sample, lifetime: .seconds(600)))
  }

  @Test("a token that was found good is asked for its end and its audience each time")
  func again() throws {
    let verified = VerifiedTokens(tokens)
    let token = try token()
    for _ in 0..<3 {
      #expect(try verified.verify(token, now: .sample).serviceAccount.name == "a")
    }
    #expect(throws: TokenError.otherAudience(["https://issuer"])) {
      try verified.verify(token, audiences: ["vault"], now: .sample)
    }
    let end = Timestamp.sample.advanced(by: .seconds(600))
    #expect(throws: TokenError.expired(at: end)) {
      try verified.verify(token, now: end.advanced(by: .seconds(61)))
    }
  }

  @Test("what was refused is not remembered, and a changed token is another one")
  func refused() throws {
    let verified = VerifiedTokens(tokens)
    let vault = try token(audiences: ["vault"])
    for _ in 0..<2 {
      #expect(throws: TokenError.otherAudience(["vault"])) {
        try verified.verify(vault, now: .sample)
      }
    }
    #expect(throws: Never.self) {
      try verified.verify(vault, audiences: ["vault"], now: .sample)
    }
    let good = try token()
    _ = try verified.verify(good, now: .sample)
    #expect(throws: TokenError.self) {
      try verified.verify(Redacted(good.exposed.dropLast(4) + "AAAA"), now: .sample)
    }
  }
}
