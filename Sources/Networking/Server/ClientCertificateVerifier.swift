import FoundationEssentials
import Foundations
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// Decides who a client certificate speaks for.
struct ClientCertificateVerifier: Sendable {
  let authorities: [Certificate]
  private let clock: ForgivingClock
  private let memory = IntermediateMemory()

  init(authorities: [Certificate], clock: ForgivingClock = .shared) {
    self.authorities = authorities
    self.clock = clock
  }

  /// Decides anew for a resumed session, by the same rules: what verified then may have run out.
  /// - Parameter leaf: the client's own certificate, DER, as the session kept it.
  func verify(resumed leaf: [UInt8]) async -> ClientCertificate {
    await verify(memory.chain(of: leaf))
  }

  /// Builds a chain to one of the authorities and applies RFC 5280 (validity, basic and name
  /// constraints) and the key usage "client authentication".
  /// - Parameter presented: DER, the client's own certificate first, then intermediates.
  func verify(_ presented: [[UInt8]]) async -> ClientCertificate {
    let chain: [Certificate]
    do {
      chain = try presented.map { try Certificate(derEncoded: $0) }
    } catch {
      return .refused(reason: "the client certificate cannot be parsed")
    }
    guard let leaf = chain.first, let der = presented.first else { return .absent }
    var result = await validate(chain, leaf, RFC5280Policy())
    if case .couldNotValidate = result {
      // Good a moment ago, before the clock was set: the holder may still ask for the next.
      let lag = clock.lag
      if lag > .zero {
        let then = Date(timeIntervalSinceNow: -Double(lag.components.seconds))
        result = await validate(chain, leaf, RFC5280Policy(fixedExpiryValidationTime: then))
      }
    }
    switch result {
    case .validCertificate:
      memory.remember(presented)
      return .verified(PeerIdentity(leaf, der: der))
    case .couldNotValidate(let failures):
      let why = failures.map { "\($0.policyFailureReason)" }
      return .refused(
        reason: why.isEmpty
          ? "the client certificate is not signed by a CA that this server trusts"
          : "the client certificate does not verify: \(why.joined(separator: "; "))")
    }
  }
}

extension ClientCertificateVerifier {
  private func validate(_ chain: [Certificate], _ leaf: Certificate, _ rules: RFC5280Policy) async
    -> CertificateValidationResult
  {
    var verifier = Verifier(rootCertificates: CertificateStore(authorities)) {
      rules
      ClientUsagePolicy()
    }
    return await verifier.validate(
      leaf: leaf, intermediates: CertificateStore(chain.dropFirst()))
  }
}

/// Refuses chains whose leaf is limited to other uses than to authenticate a client.
/// Source: RFC 5280, section 4.2.1.12; kube-apiserver asks for the same.
private struct ClientUsagePolicy: VerifierPolicy {
  let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [.X509ExtensionID.extendedKeyUsage]

  func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) async
    -> PolicyEvaluationResult
  {
    do {
      guard let usage = try chain.leaf.extensions.extendedKeyUsage else { return .meetsPolicy }
      return usage.contains(.clientAuth) || usage.contains(.any)
        ? .meetsPolicy
        : .failsToMeetPolicy(reason: "it is not meant to authenticate clients")
    } catch {
      return .failsToMeetPolicy(reason: "its extended key usage cannot be parsed")
    }
  }
}

extension PeerIdentity {
  fileprivate init(_ certificate: Certificate, der: [UInt8]) {
    var commonName = ""
    var organizations: [String] = []
    for attributes in certificate.subject {
      for attribute in attributes {
        // A value that is no string names nobody.
        guard let value = String(attribute.value) else { continue }
        if attribute.type == .RDNAttributeType.commonName, commonName.isEmpty {
          commonName = value
        } else if attribute.type == .RDNAttributeType.organizationName {
          organizations.append(value)
        }
      }
    }
    self.init(
      commonName: commonName, organizations: organizations,
      notValidAfter: Int64(certificate.notValidAfter.timeIntervalSince1970), certificate: der)
  }
}
