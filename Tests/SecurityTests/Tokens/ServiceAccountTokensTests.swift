import Crypto
import Foundation
import Foundations
import Testing

@testable import Security

@Suite struct ServiceAccountTokensTests {
  private static let issuer = "https://kubernetes.default.svc.cluster.local"
  private let key = TokenSigningKey.make()
  private var tokens: ServiceAccountTokens {
    ServiceAccountTokens(issuer: Self.issuer, audiences: [Self.issuer], signingKey: key)
  }

  private func claims(
    audiences: [String] = [issuer], lifetime: Duration = .seconds(3607)
  ) -> ServiceAccountClaims {
    ServiceAccountClaims(
      issuer: Self.issuer, audiences: audiences, namespace: "shop",
      serviceAccount: .init(name: "cart", uid: "u-1"), pod: .init(name: "cart-0", uid: "u-2"),
      node: .init(name: "node-1", uid: "u-3"), now: .sample, lifetime: lifetime)
  }

  @Test("a token says what was signed")
  func roundTrip() throws {
    let claims = claims()
    let read = try tokens.verify(try tokens.sign(claims), now: .sample)
    #expect(read == claims)
    #expect(read.subject == "system:serviceaccount:shop:cart")
  }

  @Test("the claims are laid out as Kubernetes lays them out")
  func layout() throws {
    let token = try tokens.sign(claims()).exposed
    let body = try #require(Base64URL.decode(token.split(separator: ".")[1].utf8))
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(body)) as? [String: any Sendable])
    #expect(json["sub"] as? String == "system:serviceaccount:shop:cart")
    #expect(json["aud"] as? [String] == [Self.issuer])
    #expect(json["exp"] as? Int == 1_772_366_400 + 3607)
    #expect(json["iat"] as? Int == 1_772_366_400)
    #expect(json["nbf"] as? Int == 1_772_366_400)
    #expect((json["jti"] as? String)?.count == 36)
    let binding = try #require(json["kubernetes.io"] as? [String: any Sendable])
    #expect(binding["namespace"] as? String == "shop")
    #expect(binding["pod"] as? [String: String] == ["name": "cart-0", "uid": "u-2"])
    #expect(binding["serviceaccount"] as? [String: String] == ["name": "cart", "uid": "u-1"])
    #expect(binding["node"] as? [String: String] == ["name": "node-1", "uid": "u-3"])
    #expect(binding["secret"] == nil)
  }

  @Test("a token counts from its start to its end, with a minute's grace on both sides")
  func validity() throws {
    let token = try tokens.sign(claims(lifetime: .seconds(600)))
    let end = Timestamp.sample.after(.seconds(600))
    #expect(throws: TokenError.notYetValid(since: .sample)) {
      try tokens.verify(token, now: .sample.after(.seconds(-61)))
    }
    #expect(throws: Never.self) { try tokens.verify(token, now: .sample.after(.seconds(-60))) }
    #expect(throws: Never.self) { try tokens.verify(token, now: end.after(.seconds(60))) }
    #expect(throws: TokenError.expired(at: end)) {
      try tokens.verify(token, now: end.after(.seconds(61)))
    }
  }

  @Test("a token is for the audiences that it names")
  func audiences() throws {
    let token = try tokens.sign(claims(audiences: ["vault", "mail"]))
    #expect(throws: TokenError.otherAudience(["vault", "mail"])) {
      try tokens.verify(token, now: .sample)
    }
    #expect(throws: Never.self) {
      try tokens.verify(token, audiences: ["mail", "x"], now: .sample)
    }
    #expect(throws: TokenError.otherAudience(["vault", "mail"])) {
      try tokens.verify(token, audiences: [], now: .sample)
    }
  }

  @Test("one audience may stand without its array")
  func singleAudience() throws {
    let json = """
      {"aud":"a","exp":2,"iat":1,"nbf":1,"iss":"i","sub":"system:serviceaccount:n:s",
       "kubernetes.io":{"namespace":"n","serviceaccount":{"name":"s","uid":"u"}}}
      """
    let claims = try JSONDecoder().decode(ServiceAccountClaims.self, from: Data(json.utf8))
    #expect(claims.audiences == ["a"])
    #expect(claims.pod == nil)
  }

  @Test("a token with any one character changed is refused")
  func tampering() throws {
    let token = Array(try tokens.sign(claims()).exposed.utf8)
    for position in token.indices {
      var changed = token
      changed[position] = changed[position] == 0x41 ? 0x42 : 0x41  // B where A was, else A
      #expect(throws: TokenError.self, "at \(position)") {
        try tokens.verify(Redacted(String(decoding: changed, as: UTF8.self)), now: .sample)
      }
    }
  }

  @Test("a token cannot choose its algorithm")
  func algorithmChoice() throws {
    let parts = try tokens.sign(claims()).exposed.split(separator: ".")
    let kid = key.verificationKey.identifier
    for algorithm in ["none", "HS256", "RS256", "es256", "ES384", ""] {
      let header = Base64URL.encode(Array(#"{"alg":"\#(algorithm)","kid":"\#(kid)"}"#.utf8))
      for signature in [String(parts[2]), ""] {
        #expect(throws: TokenError.wrongSignature, "\(algorithm)") {
          try tokens.verify(Redacted("\(header).\(parts[1]).\(signature)"), now: .sample)
        }
      }
    }
  }

  @Test(
    "text that is no token is malformed",
    arguments: [
      "", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d", "e30.e30.", "e30.e30.e30", " ", "Bearer x",
      "W10.e30.e30", "bnVsbA.e30.e30", "e30=.e30.e30", "\u{0}.\u{0}.\u{0}",
      "eyJhbGciOiJFUzI1NiJ9", String(repeating: "A", count: 16 << 10 + 1),
      String(repeating: ".", count: 3000),
    ])
  func malformed(_ text: String) {
    #expect(throws: TokenError.malformed) { try tokens.verify(Redacted(text), now: .sample) }
  }

  @Test("deep nesting in a header or in claims is refused, not followed")
  func nesting() throws {
    let deep = Base64URL.encode(Array(String(repeating: "[", count: 5_000).utf8))
    #expect(throws: TokenError.malformed) {
      try tokens.verify(Redacted("\(deep).e30.e30"), now: .sample)
    }
    let header = Base64URL.encode(Array(#"{"alg":"ES256","kid":"x"}"#.utf8))
    #expect(throws: TokenError.foreignIssuer) {
      try tokens.verify(Redacted("\(header).\(deep).e30"), now: .sample)
    }
  }

  @Test("tokens of another cluster, of an unknown key and of a retired key are told apart")
  func keys() throws {
    let otherKey = TokenSigningKey.make()
    let sameIssuer = ServiceAccountTokens(
      issuer: Self.issuer, audiences: [Self.issuer], signingKey: otherKey)
    let token = try sameIssuer.sign(claims())
    #expect(throws: TokenError.unknownKey) { try tokens.verify(token, now: .sample) }
    let rotated = ServiceAccountTokens(
      issuer: Self.issuer, audiences: [Self.issuer], signingKey: key,
      retiredKeys: [otherKey.verificationKey])
    #expect(throws: Never.self) { try rotated.verify(token, now: .sample) }
    var foreign = claims()
    foreign.issuer = "https://elsewhere"
    #expect(throws: TokenError.foreignIssuer) {
      try tokens.verify(try sameIssuer.sign(foreign), now: .sample)
    }
    // Signed with our key, for another issuer.
    #expect(throws: TokenError.foreignIssuer) {
      try tokens.verify(try tokens.sign(foreign), now: .sample)
    }
  }

  @Test("openssl takes our signature, and we take that of RFC 7515")
  func interoperability() throws {
    let scratch = try ScratchDirectory()
    let token = try tokens.sign(claims()).exposed
    let parts = token.split(separator: ".")
    let raw = try #require(Base64URL.decode(parts[2].utf8))
    let der = try P256.Signing.ECDSASignature(rawRepresentation: raw).derRepresentation
    let input = try scratch.write(Array("\(parts[0]).\(parts[1])".utf8), to: "input")
    let signature = try scratch.write(der, to: "signature")
    let keyPath = try scratch.write(key.privateKeyPEM.exposed, to: "key")
    let answer = try Tool.openssl.run([
      "dgst", "-sha256", "-prverify", keyPath, "-signature", signature, input,
    ])
    #expect(answer.output == "Verified OK\n")

    // RFC 7515, appendix A.3.
    let x = try #require(Base64URL.decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU".utf8))
    let y = try #require(Base64URL.decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0".utf8))
    let published = TokenVerificationKey(.es256(try .init(rawRepresentation: x + y)))
    let example =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGx"
      + "lLmNvbS9pc19yb290Ijp0cnVlfQ"
    let proof = try #require(
      Base64URL.decode(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
          .utf8))
    #expect(published.isValid(proof, for: example.utf8))
    #expect(!published.isValid(proof, for: "\(example)x".utf8))
    #expect(!published.isValid(Array(proof.dropLast()), for: example.utf8))
  }

  @Test("an RSA key of another cluster signs RS256, which openssl takes")
  func rsa() throws {
    let scratch = try ScratchDirectory()
    let made = try Tool.openssl.run([
      "genrsa", "-traditional", "-out", "\(scratch.path)/key", "2048",
    ])
    #expect(made.status == 0)
    let rsaKey = try TokenSigningKey(pem: Redacted(scratch.read("key")))
    let tokens = ServiceAccountTokens(
      issuer: Self.issuer, audiences: [Self.issuer], signingKey: rsaKey)
    let token = try tokens.sign(claims())
    #expect(try tokens.verify(token, now: .sample) == tokens.verify(token, now: .sample))
    let parts = token.exposed.split(separator: ".")
    let input = try scratch.write(Array("\(parts[0]).\(parts[1])".utf8), to: "input")
    let signature = try scratch.write(
      try #require(Base64URL.decode(parts[2].utf8)), to: "signature")
    let answer = try Tool.openssl.run([
      "dgst", "-sha256", "-prverify", "\(scratch.path)/key", "-signature", signature, input,
    ])
    #expect(answer.output == "Verified OK\n")
    let keySet = String(decoding: try tokens.keySet(), as: UTF8.self)
    #expect(keySet.contains(#""e":"AQAB""#))
    #expect(keySet.contains(#""kty":"RSA""#))
  }

  @Test("the discovery documents hold the issuer and every key")
  func discovery() throws {
    let retired = TokenSigningKey.make().verificationKey
    let tokens = ServiceAccountTokens(
      issuer: Self.issuer, audiences: [], signingKey: key, retiredKeys: [retired])
    let document = String(
      decoding: try tokens.discoveryDocument(keySetURL: "https://192.0.2.7:6443/openid/v1/jwks"),
      as: UTF8.self)
    #expect(
      document == #"{"id_token_signing_alg_values_supported":["ES256"],"#
        + #""issuer":"https://kubernetes.default.svc.cluster.local","#
        + #""jwks_uri":"https://192.0.2.7:6443/openid/v1/jwks","#
        + #""response_types_supported":["id_token"],"subject_types_supported":["public"]}"#)
    struct KeySet: Decodable {
      struct Key: Decodable { let kid, x, y, crv, alg, use, kty: String }
      let keys: [Key]
    }
    let keys = try JSONDecoder().decode(KeySet.self, from: Data(try tokens.keySet())).keys
    #expect(
      Set(keys.map(\.kid)) == [retired.identifier, key.verificationKey.identifier])
    #expect(keys.allSatisfy { $0.crv == "P-256" && $0.x.count == 43 && $0.y.count == 43 })
  }
}
