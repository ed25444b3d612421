import FoundationEssentials
package import Foundations
import SwiftASN1
import X509

/// What a certificate shall say about its holder.
package struct CertificateProfile: Equatable, Sendable {
  package enum Usage: Hashable, Sendable { case server, client }

  /// The user's name where the holder is a client.
  package var commonName: String
  /// The user's groups where the holder is a client.
  package var organizations: [String] = []
  package var usages: Set<Usage>
  /// Names and addresses under which a server is reached. Order and repetition do not matter.
  package var dnsNames: [String] = []
  package var addresses: [IPAddress] = []

  package static func client(_ user: String, groups: [String] = []) -> CertificateProfile {
    CertificateProfile(commonName: user, organizations: groups, usages: [.client])
  }

  package static func server(
    _ commonName: String, organizations: [String] = [], dnsNames: [String],
    addresses: [IPAddress]
  ) -> CertificateProfile {
    CertificateProfile(
      commonName: commonName, organizations: organizations, usages: [.server],
      dnsNames: dnsNames, addresses: addresses)
  }
}

extension CertificateProfile {
  func subject() throws -> DistinguishedName {
    try DistinguishedName {
      for organization in organizations { OrganizationName(organization) }
      CommonName(commonName)
    }
  }

  /// In a fixed order, so that equal profiles make equal extensions.
  var alternativeNames: [GeneralName] {
    Set(dnsNames).sorted().map { .dnsName($0) }
      + Set(addresses).sorted().map {
        .ipAddress(ASN1OctetString(contentBytes: $0.bytes[...]))
      }
  }

  func extensions(publicKey: Certificate.PublicKey, authority: Certificate) throws
    -> Certificate.Extensions
  {
    var usageList: [ExtendedKeyUsage.Usage] = []
    if usages.contains(.server) { usageList.append(.serverAuth) }
    if usages.contains(.client) { usageList.append(.clientAuth) }
    return try Certificate.Extensions {
      Critical(BasicConstraints.notCertificateAuthority)
      Critical(KeyUsage(digitalSignature: true))
      try ExtendedKeyUsage(usageList)
      SubjectKeyIdentifier(hash: publicKey)
      if let identifier = try authority.extensions.subjectKeyIdentifier {
        AuthorityKeyIdentifier(keyIdentifier: identifier.keyIdentifier)
      }
      if !alternativeNames.isEmpty { SubjectAlternativeNames(alternativeNames) }
    }
  }
}

/// Why a certificate on disk no longer serves.
package enum ReissueReason: Equatable, Sendable, CustomStringConvertible {
  case otherSubject
  case otherNames
  case otherUsage
  case otherAuthority
  /// Near its end or past it.
  case expiring(at: Timestamp)
  /// Made while the clock was ahead.
  case notYetValid(since: Timestamp)

  package var description: String {
    switch self {
    case .otherSubject: "its subject changed"
    case .otherNames: "its names or addresses changed"
    case .otherUsage: "its usage changed"
    case .otherAuthority: "another CA signed it"
    case .expiring(let end): "it ends at \(end)"
    case .notYetValid(let start): "it begins at \(start)"
    }
  }
}

extension CertificateProfile {
  /// Whether `certificate` may be kept (`nil`), or why it has to be made again. Pure.
  func reissueReason(
    for certificate: Certificate, signedBy authority: CertificateAuthority, now: Timestamp
  ) -> ReissueReason? {
    do {
      guard certificate.subject == (try subject()) else { return .otherSubject }
      let wanted = try extensions(
        publicKey: certificate.publicKey, authority: authority.certificate)
      guard
        Array(try certificate.extensions.subjectAlternativeNames ?? .init([]))
          == alternativeNames
      else { return .otherNames }
      guard try certificate.extensions.extendedKeyUsage == wanted.extendedKeyUsage else {
        return .otherUsage
      }
    } catch {
      // An extension of ours that does not parse was not written by us.
      return .otherUsage
    }
    guard certificate.issuer == authority.certificate.subject,
      authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    else { return .otherAuthority }
    let start = Timestamp(certificate.notValidBefore)
    let end = Timestamp(certificate.notValidAfter)
    if now < start { return .notYetValid(since: start) }
    // A certificate that ends with its authority cannot be prolonged.
    let isLast = end >= Timestamp(authority.certificate.notValidAfter)
    if now.distance(to: end) < CertificateAuthority.renewalPeriod, !isLast || end < now {
      return .expiring(at: end)
    }
    return nil
  }
}

extension CertificateProfile {
  /// Whether a certificate of an authority that is not ours to sign with says all that this profile
  /// wants, and is valid: it may then be used further.
  package func isServed(
    by certificatePEM: [UInt8], authorityPEM: [UInt8], now: Timestamp
  ) throws(CredentialError) -> Bool {
    let certificate = try PEM.certificates(certificatePEM)[0]  // never empty
    let authority = try PEM.certificates(authorityPEM)[0]
    guard now >= Timestamp(certificate.notValidBefore),
      now < Timestamp(certificate.notValidAfter),
      authority.publicKey.isValidSignature(certificate.signature, for: certificate)
    else { return false }
    do {
      let names = Set(try certificate.extensions.subjectAlternativeNames ?? .init([]))
      return certificate.subject == (try subject()) && names == Set(alternativeNames)
    } catch {
      return false  // an extension that does not parse serves nobody
    }
  }
}
