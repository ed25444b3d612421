package import Resources
package import Security

/// The certificate and key in a Secret of type `kubernetes.io/tls`.
package enum CertificateSecret {
  /// Why a Secret holds none. Says nothing of what it holds.
  package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
  }

  package static func identity(_ secret: Secret) throws(Failure) -> TLSIdentity {
    let chain = try bytes("tls.crt", secret)
    let key = try bytes("tls.key", secret)
    do throws(CredentialError) {
      return try TLSIdentity(certificateChainPEM: chain, privateKeyPEM: Redacted(key))
    } catch {
      throw Failure(description: description(of: error))
    }
  }

  private static func bytes(_ key: String, _ secret: Secret) throws(Failure) -> [UInt8] {
    guard let bytes = secret.document["data"]?[key]?.base64Bytes, !bytes.isEmpty else {
      throw Failure(description: "data[\"\(key)\"] is missing or empty")
    }
    return bytes
  }

  private static func description(of error: CredentialError) -> String {
    switch error {
    case .keyOfAnotherCertificate: "tls.key is not the key of the certificate in tls.crt"
    case .notAPrivateKey: "tls.key is no private key in PEM"
    default: "tls.crt is no certificate in PEM"
    }
  }

  /// What a Secret is good for.
  package static func facts(_ secret: Secret?) -> CertificateTable.SecretFacts {
    guard let secret else { return .missing }
    do {
      return .usable(hosts: try identity(secret).dnsNames().map { HostPattern($0) })
    } catch let failure as Failure {
      return .unusable(why: failure.description)
    } catch {
      return .unusable(why: "the names in tls.crt cannot be read")
    }
  }
}
