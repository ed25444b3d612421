package import Resources

/// Converts the objects of a custom resource from one version to another by asking its webhook.
///
/// The webhook is bounded as all are (`WebhookClients`); a list is asked about in parts, so that no
/// answer has to be larger than the objects of one part may be.
/// Source: Kubernetes documentation, "Versions in CustomResourceDefinitions", "Webhook conversion".
package struct ConversionWebhook: Sendable {
  /// Source: upstream's conversion client, whose calls end after this time.
  private static let timeout = Duration.seconds(30)
  /// Objects asked about at once, and how much they may hold together: one object may be as large.
  private static let objectsMax = 500
  private static let byteCountMax = 4 << 20
  /// An answer may be somewhat longer than what was asked about.
  private static let answerByteCountMax = 16 << 20

  private let endpoint: WebhookEndpoint
  /// The newest version of reviews that both sides know; `nil` for none.
  private let version: String?
  private let clients: WebhookClients

  /// - Parameter conversion: `spec.conversion.webhook` of a CustomResourceDefinition.
  package init(_ webhook: Document, clients: WebhookClients) {
    endpoint = WebhookEndpoint(webhook["clientConfig"] ?? .emptyObject)
    version = (webhook["conversionReviewVersions"] ?? .emptyArray).elements.lazy
      .compactMap(\.string).first { ConversionReview.versions.contains($0) }
    self.clients = clients
  }

  /// The objects in the version `desiredVersion` (`GROUP/VERSION`), in their order; those that have
  /// it already are not sent.
  /// - Throws: 500 where the webhook does not answer, or not with those objects.
  package func convert(_ objects: [Document], to desiredVersion: String) async throws(APIError)
    -> [Document]
  {
    var result = objects
    let positions = objects.indices.filter { objects[$0]["apiVersion"]?.string != desiredVersion }
    for part in Self.parts(positions, of: objects) {
      let converted = try await ask(part.map { objects[$0] }, desiredVersion)
      for (position, object) in zip(part, converted) { result[position] = object }
    }
    return result
  }

  private static func parts(_ positions: [Int], of objects: [Document]) -> [[Int]] {
    var parts: [[Int]] = []
    var byteCount = 0
    for position in positions {
      let own = objects[position].byteCount
      if let last = parts.last, last.count < objectsMax, byteCount + own <= byteCountMax {
        parts[parts.count - 1].append(position)
        byteCount += own
      } else {
        parts.append([position])
        byteCount = own
      }
    }
    return parts
  }

  private func ask(_ objects: [Document], _ desiredVersion: String) async throws(APIError)
    -> [Document]
  {
    let kind = GroupVersionKind(
      apiVersion: objects[0]["apiVersion"]?.string ?? "", kind: objects[0]["kind"]?.string ?? "")
    guard let version else { throw .internalError("no supported conversion review versions") }
    let review = ConversionReview(objects, to: desiredVersion, version: version)
    do {
      return try review.converted(
        by: try await clients.post(
          review.document, to: endpoint, timeout: Self.timeout,
          answerByteCountMax: Self.answerByteCountMax))
    } catch {
      throw .internalError("conversion webhook for \(kind) failed: \(Self.text(error))")
    }
  }

  private static func text(_ error: any Error) -> String {
    (error as? APIError)?.message ?? "\(error)"
  }
}
