import FoundationEssentials

/// A token that somebody else issued: a JSON Web Signature in compact form, taken apart and not yet
/// believed. Source: RFC 7515, RFC 7519.
package struct WebToken: Sendable {
  /// Longer ones are refused unread.
  package static let byteCountMax = 64 << 10

  /// What it says of itself: nothing that may be relied upon.
  package let algorithmName: String
  package let keyIdentifier: String?
  /// `iss`; empty where it names none.
  package let claimedIssuer: String
  private let payload: [UInt8]
  private let signature: [UInt8]
  private let signedText: [UInt8]

  /// - Returns: `nil` for everything that is no such token: another authenticator may know it.
  package init?(_ text: String) {
    let bytes = text.utf8
    guard bytes.count <= Self.byteCountMax else { return nil }
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64URL.decode(parts[0]),
      let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
      // Whatever is wrong with a header, it is no token.
      let head = try? JSONDecoder().decode(Header.self, from: Data(header)),
      // Extensions that have to be understood: none is (RFC 7515, section 4.1.11).
      head.crit == nil
    else { return nil }
    algorithmName = head.alg
    keyIdentifier = head.kid
    self.payload = payload
    self.signature = signature
    signedText = Array(bytes[parts[0].startIndex..<parts[1].endIndex])
    claimedIssuer = (try? JSONDecoder().decode(Issuer.self, from: Data(payload)))?.iss ?? ""
  }

  private struct Header: Decodable {
    var alg: String
    var kid: String?
    var crit: [String]?
  }

  private struct Issuer: Decodable { var iss: String? }

  /// Whether a key of the set signed it, by an algorithm that fits the key and is taken here.
  /// - Returns: the claims, JSON, which may be believed as far as the issuer is.
  /// - Throws: `.unknownKey` where another set may verify it.
  package func verified(by set: WebKeySet) throws(TokenError) -> [UInt8] {
    guard let algorithm = WebTokenAlgorithm(rawValue: algorithmName) else { throw .wrongSignature }
    let candidates = set.keys.filter { keyIdentifier == nil || $0.identifier == keyIdentifier }
    guard candidates.contains(where: { $0.isValid(signature, for: signedText, by: algorithm) })
    else { throw candidates.isEmpty || keyIdentifier == nil ? .unknownKey : .wrongSignature }
    return payload
  }
}
