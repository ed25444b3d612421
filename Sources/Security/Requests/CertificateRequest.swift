import FoundationEssentials
package import Foundations
import SwiftASN1
import X509

/// A PKCS #10 request as it was sent: who it names, and the key it is for. Source: RFC 2986.
package struct CertificateRequest: Sendable {
  package let commonName: String
  package let organizations: [String]
  package let dnsNames: [String]
  /// Those of 4 or 16 bytes; `addressCount` counts all.
  package let addresses: [IPAddress]
  package let addressCount: Int
  package let emailCount: Int
  package let uriCount: Int
  let request: CertificateSigningRequest

  /// - Parameter text: base64 of PEM, as `spec.request` of a CertificateSigningRequest holds it.
  /// - Throws: `ReadingError` also where the request is not signed with its own key.
  package init(base64PEM text: String) throws(ReadingError) {
    guard let data = Data(base64Encoded: text), let pem = String(validating: data, as: UTF8.self)
    else { throw ReadingError("it is no base64 of a PEM text") }
    do {
      let document = try PEMDocument(pemString: pem)
      guard document.discriminator == CertificateSigningRequest.defaultPEMDiscriminator else {
        throw ReadingError("PEM block type must be CERTIFICATE REQUEST")
      }
      request = try CertificateSigningRequest(pemDocument: document)
      guard request.publicKey.isValidSignature(request.signature, for: request) else {
        throw ReadingError("its signature is not of the key that it holds")
      }
      let extensions = try request.attributes.extensionRequest?.extensions
      let names = Array(try extensions?.subjectAlternativeNames ?? .init([]))
      dnsNames = names.compactMap { if case .dnsName(let name) = $0 { name } else { nil } }
      addresses = names.compactMap {
        if case .ipAddress(let bytes) = $0 { IPAddress(bytes: bytes.bytes) } else { nil }
      }
      addressCount = names.count { if case .ipAddress = $0 { true } else { false } }
      emailCount = names.count { if case .rfc822Name = $0 { true } else { false } }
      uriCount = names.count { if case .uniformResourceIdentifier = $0 { true } else { false } }
    } catch let error as ReadingError {
      throw error
    } catch {
      throw ReadingError("it is no certificate request: \(error)")
    }
    commonName = request.subject.texts(of: .NameAttributes.commonName).last ?? ""
    organizations = request.subject.texts(of: .NameAttributes.organizationName)
  }

  package struct ReadingError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
  }
}

extension DistinguishedName {
  /// The values of one attribute, in order.
  fileprivate func texts(of type: ASN1ObjectIdentifier) -> [String] {
    flatMap { relative in
      relative.filter { $0.type == type }.compactMap { String($0.value) }
    }
  }
}
