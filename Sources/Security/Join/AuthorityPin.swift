import Crypto
import X509

/// Tells a cluster's CA from every other: the SHA-256 of its public key, as kubeadm counts it.
/// Source: RFC 7469, section 2.4.
package struct AuthorityPin: Hashable, Sendable, CustomStringConvertible {
  /// 32 bytes.
  private let digest: [UInt8]

  /// - Parameter certificatePEM: the CA's; of several the first.
  package init(ofAuthority certificatePEM: [UInt8]) throws(CredentialError) {
    self.init(of: try PEM.certificates(certificatePEM)[0])  // never empty
  }

  init(of certificate: Certificate) {
    digest = Array(SHA256.hash(data: Array(certificate.publicKey.subjectPublicKeyInfoBytes)))
  }

  /// The first certificate of what a server showed, by itself, where it has this pin; else `nil`. What
  /// came with it is vouched for by nobody, and has to be forgotten.
  package func certificate(shownIn bundlePEM: [UInt8]) throws(CredentialError) -> [UInt8]? {
    let certificate = try PEM.certificates(bundlePEM)[0]  // never empty
    do {
      let alone = try PEM.text(certificate)
      return try AuthorityPin(ofAuthority: alone) == self ? alone : nil
    } catch {
      throw .notACertificate("\(error)")
    }
  }

  /// - Parameter text: 64 hexadecimal digits in lower case; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    let digits = Array(text.utf8)
    guard digits.count == 2 * SHA256.byteCount else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    digest = bytes
  }

  package var description: String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
