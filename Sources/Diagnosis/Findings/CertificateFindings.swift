import Foundations
import Resources
import Security

/// Certificates that have ended, or will before anybody has renewed them.
enum CertificateFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    ingresses(picture) + webhooks(picture) + definitions(picture) + services(picture)
      + picture.keptCertificates.compactMap { kept($0, picture.now) }
  }

  /// What is given by users, who need time to get another: of short-lived ones, which are renewed by
  /// somebody, the last tenth; of others, a month.
  private static let givenWarning = Duration.seconds(30 * 86_400)
  /// What is renewed by the cluster is so after nine tenths of its life, and a CA two years before its
  /// end, of which nodes learn a year before (`docs/decisions/0013-certificates-that-end.md`).
  private static let keptWarning = Duration.seconds(365 * 86_400)

  // MARK: Given by users

  private static func ingresses(_ picture: ClusterPicture) -> [Finding] {
    picture[ClusterPicture.ingresses].flatMap { ingress -> [Finding] in
      let reference = ObjectReference(ClusterPicture.ingresses, ingress)
      return IngressFindings.secretNames(of: ingress).compactMap { key in
        // The earliest end of a chain ends it.
        picture.secretCertificates[key].flatMap { lifetimes($0) }?.min { $0.end < $1.end }.flatMap {
          finding(
            $0, picture.now, warning: givenWarning, reference,
            "the certificate that it serves (tls.crt of Secret \(key))",
            remedy: "get another certificate, and kubectl \(reference.scope)create secret tls "
              + "\(key.name) --cert=FILE --key=FILE --dry-run=client -o yaml | kubectl apply -f -")
        }
      }
    }
  }

  private static func webhooks(_ picture: ClusterPicture) -> [Finding] {
    [ClusterPicture.mutatingWebhooks, ClusterPicture.validatingWebhooks].flatMap { kind in
      picture[kind].flatMap { configuration in
        (configuration["webhooks"] ?? .emptyArray).elements.compactMap { webhook in
          trusted(
            webhook["clientConfig"], ObjectReference(kind, configuration),
            "webhooks[name=\(webhook["name"]?.string ?? "")].clientConfig.caBundle", picture)
        }
      }
    }
  }

  private static func definitions(_ picture: ClusterPicture) -> [Finding] {
    picture[.customResourceDefinitions].compactMap { definition in
      trusted(
        definition[path: "spec", "conversion", "webhook", "clientConfig"],
        ObjectReference(.customResourceDefinitions, definition),
        "spec.conversion.webhook.clientConfig.caBundle", picture)
    }
  }

  private static func services(_ picture: ClusterPicture) -> [Finding] {
    picture[.apiServices].compactMap { service in
      trusted(
        service["spec"], ObjectReference(.apiServices, service), "spec.caBundle", picture)
    }
  }

  private static func trusted(
    _ holder: Document?, _ reference: ObjectReference, _ field: String, _ picture: ClusterPicture
  ) -> Finding? {
    guard let bundle = holder?["caBundle"]?.base64Bytes,
      // Of several, one that is still good is enough.
      let last = lifetimes(bundle)?.max(by: { $0.end < $1.end })
    else { return nil }
    return finding(
      last, picture.now, warning: givenWarning, reference, "the CA that it trusts (\(field))",
      remedy: "put the CA that signs the server's certificate now into \(field) of \(reference)")
  }

  // MARK: Kept by the cluster

  private static func kept(_ certificate: KeptCertificate, _ now: Timestamp) -> Finding? {
    finding(
      certificate.lifetime, now,
      warning: certificate.isRenewed ? keptWarning : givenWarning,
      certificate.holder, certificate.name, remedy: certificate.remedy)
  }

  // MARK: Lifetimes

  /// `nil` where it cannot be read, which whoever uses it tells of.
  private static func lifetimes(_ pem: [UInt8]) -> [CertificateLifetime]? {
    do throws(CredentialError) {
      return try CertificateLifetime.all(of: pem)
    } catch {
      return nil
    }
  }

  private static func finding(
    _ lifetime: CertificateLifetime, _ now: Timestamp, warning: Duration,
    _ subject: ObjectReference, _ name: String, remedy: String
  ) -> Finding? {
    let left = now.distance(to: lifetime.end)
    if left <= .zero {
      return Finding(
        .certificateEnded, subject, "\(name) has ended",
        reason: "it was valid until \(lifetime.end)",
        remedy: remedy)
    }
    let tenth = lifetime.start.distance(to: lifetime.end) / 10
    guard left < min(warning, tenth) else { return nil }
    let days = left.components.seconds / 86_400
    return Finding(
      .warning, .certificateEnds, subject,
      "\(name) ends in " + (days == 0 ? "less than a day" : days == 1 ? "a day" : "\(days) days"),
      reason: "it is valid until \(lifetime.end)", remedy: remedy)
  }
}
