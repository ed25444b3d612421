import Crypto
import Foundation
import Testing
import _CryptoExtras

@testable import Security

@Suite struct WebTokenTests {
  private static let rsa = try? _RSA.Signing.PrivateKey(keySize: .bits2048)
  private let p256 = P256.Signing.PrivateKey()
  private let p384 = P384.Signing.PrivateKey()
  private let p521 = P521.Signing.PrivateKey()

  private func point(_ curve: String, _ kid: String, _ raw: Data) -> [String: String] {
    let half = raw.count / 2
    return [
      "kty": "EC", "crv": curve, "kid": kid, "x": Base64URL.encode(raw.prefix(half)),
      "y": Base64URL.encode(raw.suffix(half)),
    ]
  }

  private func rsaKey(_ kid: String) throws -> [String: String] {
    let primitives = try #require(Self.rsa).publicKey.getKeyPrimitives()
    return [
      "kty": "RSA", "kid": kid, "n": Base64URL.encode(primitives.modulus),
      "e": Base64URL.encode(primitives.publicExponent),
    ]
  }

  private func keys() throws -> [[String: String]] {
    [
      try rsaKey("rsa"), point("P-256", "p256", p256.publicKey.rawRepresentation),
      point("P-384", "p384", p384.publicKey.rawRepresentation),
      point("P-521", "p521", p521.publicKey.rawRepresentation),
    ]
  }

  private func set(_ keys: [[String: String]]) throws -> WebKeySet {
    try WebKeySet(json: Array(try JSONEncoder().encode(["keys": keys])))
  }

  private let payload = #"{"iss":"https://issuer.test","sub":"ada"}"#

  private func text(
    _ header: String, _ sign: (Data) throws -> Data
  ) rethrows -> String {
    let input = "\(Base64URL.encode(header.utf8)).\(Base64URL.encode(payload.utf8))"
    return "\(input).\(Base64URL.encode(try sign(Data(input.utf8))))"
  }

  private func signed(_ algorithm: WebTokenAlgorithm, kid: String?) throws -> String {
    let name = kid.map { #","kid":"\#($0)""# } ?? ""
    return try text(#"{"alg":"\#(algorithm.rawValue)"\#(name)}"#) { input in
      let rsa = try #require(Self.rsa)
      return switch algorithm {
      case .rs256:
        try rsa.signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5)
          .rawRepresentation
      case .rs384:
        try rsa.signature(for: SHA384.hash(data: input), padding: .insecurePKCS1v1_5)
          .rawRepresentation
      case .rs512:
        try rsa.signature(for: SHA512.hash(data: input), padding: .insecurePKCS1v1_5)
          .rawRepresentation
      case .ps256: try rsa.signature(for: SHA256.hash(data: input), padding: .PSS).rawRepresentation
      case .ps384: try rsa.signature(for: SHA384.hash(data: input), padding: .PSS).rawRepresentation
      case .ps512: try rsa.signature(for: SHA512.hash(data: input), padding: .PSS).rawRepresentation
      case .es256: try p256.signature(for: SHA256.hash(data: input)).rawRepresentation
      case .es384: try p384.signature(for: SHA384.hash(data: input)).rawRepresentation
      case .es512: try p521.signature(for: SHA512.hash(data: input)).rawRepresentation
      }
    }
  }

  private func kid(_ algorithm: WebTokenAlgorithm) -> String {
    switch algorithm {
    case .es256: "p256"
    case .es384: "p384"
    case .es512: "p521"
    default: "rsa"
    }
  }

  @Test(
    "every algorithm's signature verifies, named key or not", arguments: WebTokenAlgorithm.allCases)
  func verifies(_ algorithm: WebTokenAlgorithm) throws {
    let set = try set(keys())
    for name in [kid(algorithm), nil] {
      let token = try #require(WebToken(try signed(algorithm, kid: name)))
      #expect(token.claimedIssuer == "https://issuer.test")
      #expect(try token.verified(by: set) == Array(payload.utf8))
    }
  }

  @Test("a changed header, body or signature verifies no more", arguments: [0, 1, 2])
  func changed(part: Int) throws {
    let set = try set(keys())
    var parts = try signed(.es256, kid: "p256").split(separator: ".").map(String.init)
    let replacements = [
      Base64URL.encode(#"{"alg":"ES256","kid":"p256","typ":"JWT"}"#.utf8),
      Base64URL.encode(#"{"iss":"https://issuer.test","sub":"eve"}"#.utf8),
      Base64URL.encode([UInt8](repeating: 7, count: 64)),
    ]
    parts[part] = replacements[part]
    let token = try #require(WebToken(parts.joined(separator: ".")))
    #expect(throws: TokenError.wrongSignature) { try token.verified(by: set) }
  }

  @Test("a token without a signature, or with a shared secret's, is nobody's")
  func confusion() throws {
    let set = try set(keys())
    // The public key as the secret of an HMAC: the classic confusion.
    let modulus = try #require(Self.rsa).publicKey.derRepresentation
    for (algorithm, kid) in [("HS256", "rsa"), ("none", "rsa"), ("NONE", "p256"), ("", "rsa")] {
      let forged = text(#"{"alg":"\#(algorithm)","kid":"\#(kid)"}"#) { input in
        algorithm == "HS256"
          ? Data(HMAC<SHA256>.authenticationCode(for: input, using: SymmetricKey(data: modulus)))
          : Data()
      }
      let token = try #require(WebToken(forged))
      #expect(throws: TokenError.wrongSignature) { try token.verified(by: set) }
    }
  }

  @Test("a key verifies only what its kind, its curve and its own alg allow")
  func keyDecides() throws {
    let set = try set(keys())
    // The signature is right for the key that is named, and the algorithm is another's.
    for (claimed, real) in [
      ("ES384", WebTokenAlgorithm.es256), ("PS256", .rs256), ("RS256", .ps256),
    ] {
      let signed = try signed(real, kid: kid(real))
      let signature = try #require(Base64URL.decode(signed.split(separator: ".")[2].utf8))
      let forged = text(#"{"alg":"\#(claimed)","kid":"\#(kid(real))"}"#) { _ in Data(signature) }
      let token = try #require(WebToken(forged))
      #expect(throws: TokenError.wrongSignature) { try token.verified(by: set) }
    }
    var limited = try rsaKey("rsa")
    limited["alg"] = "RS512"
    let narrow = try self.set([limited])
    let other = try #require(WebToken(try signed(.rs256, kid: "rsa")))
    #expect(throws: TokenError.wrongSignature) { try other.verified(by: narrow) }
    let right = try #require(WebToken(try signed(.rs512, kid: "rsa")))
    #expect(throws: Never.self) { try right.verified(by: narrow) }
  }

  @Test("a key that the set does not name may be known to the next set")
  func unknownKey() throws {
    let token = try #require(WebToken(try signed(.es256, kid: "other")))
    #expect(throws: TokenError.unknownKey) { try token.verified(by: try set(keys())) }
    let without = try #require(WebToken(try signed(.es256, kid: nil)))
    #expect(throws: TokenError.unknownKey) { try without.verified(by: try set([rsaKey("rsa")])) }
  }

  @Test(
    "what is no token in compact form is none of anybody's",
    arguments: [
      "", ".", "..", "a.b", "a.b.c.d", "!.!.!", #"{"protected":"x"}"#,
      "eyJhbGciOiJFUzI1NiJ9..", "bm8.bm8.bm8",
    ])
  func malformed(_ text: String) {
    // The one with a readable header has an empty body, and nothing to believe.
    #expect(WebToken(text).map(\.claimedIssuer) ?? "" == "")
  }

  @Test("a token that asks for an extension to be understood is refused, as is one too long")
  func refused() throws {
    let critical = text(#"{"alg":"ES256","kid":"p256","crit":["b64"],"b64":false}"#) { _ in Data() }
    #expect(WebToken(critical) == nil)
    let filler = String(repeating: "a", count: WebToken.byteCountMax)
    #expect(WebToken("\(try signed(.es256, kid: "p256"))\(filler)") == nil)
  }

  @Test("a set keeps what it can use, and needs one key that is")
  func sets() throws {
    let good = point("P-256", "p256", p256.publicKey.rawRepresentation)
    var offCurve = good
    offCurve["y"] = Base64URL.encode([UInt8](repeating: 1, count: 32))
    var encryption = good
    encryption["use"] = "enc"
    let short: [String: String] = [
      "kty": "RSA", "n": Base64URL.encode([UInt8](repeating: 0xFF, count: 128)), "e": "AQAB",
    ]
    let long: [String: String] = [
      "kty": "RSA", "n": Base64URL.encode([UInt8](repeating: 0xFF, count: 1_025)), "e": "AQAB",
    ]
    let shared: [String: String] = ["kty": "oct", "k": "c2VjcmV0"]
    for bad in [offCurve, encryption, short, long, shared] {
      #expect(try set([bad, good]).keys.count == 1, "\(bad)")
      #expect(throws: WebKeySet.ReadingError.noUsableKey) { try set([bad]) }
    }
    #expect(throws: WebKeySet.ReadingError.noKeySet) { try WebKeySet(json: Array("[]".utf8)) }
    #expect(throws: WebKeySet.ReadingError.tooManyKeys(101)) {
      try set(Array(repeating: good, count: 101))
    }
    #expect(try set(Array(repeating: good, count: 100)).keys.count == 100)
    let mixed =
      #"{"keys":[7,{"kty":3},{"kty":"EC","crv":"P-256","x":"\#(good["x"] ?? "")","y":"\#(good["y"] ?? "")"}]}"#
    #expect(try WebKeySet(json: Array(mixed.utf8)).keys.count == 1)
  }
}
