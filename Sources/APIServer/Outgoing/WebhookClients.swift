package import Resources
import Synchronization

/// Calls webhooks of all sorts: of admission, and of conversion. Connections are kept for each place.
package final class WebhookClients: Sendable {
  /// Places whose connections are kept; beyond it, those of one that was not called lately are closed.
  private static let placesMax = 64

  private let services: ServiceResolver
  private let kept = Mutex(Kept())

  private struct Place: Hashable {
    /// `nil` for URLs, whose hosts the client tells apart itself.
    let service: String?
    let port: Int
    let authorityPEM: [UInt8]
  }

  private struct Kept {
    var clients: [Place: (client: WebhookClient, lastUse: UInt64)] = [:]
    var useCount: UInt64 = 0
  }

  package init(services: ServiceResolver) { self.services = services }

  /// Posts a question and reads the answer.
  /// - Throws: `WebhookCallError`, `APIError` where a Service has nobody behind it, or
  ///   `CancellationError`.
  package func post(_ question: Document, to endpoint: WebhookEndpoint, timeout: Duration)
    async throws -> Document
  {
    let (client, place) = try client(for: endpoint)
    do {
      return try await client.post(question.json, to: endpoint.url, timeout: timeout)
    } catch let error as WebhookCallError {
      // Another endpoint may do better.
      if client.address != nil { forget(client, of: place) }
      throw error
    }
  }

  private func client(for endpoint: WebhookEndpoint) throws -> (WebhookClient, Place) {
    guard case .service(let namespace, let name, let port, _) = endpoint.place else {
      let place = Place(service: nil, port: 0, authorityPEM: endpoint.authorityPEM)
      return (
        try client(of: place) { _ in
          true
        } make: {
          try Self.make(place, at: nil)
        }, place
      )
    }
    let serverName = "\(name).\(namespace).svc"
    let place = Place(service: serverName, port: port, authorityPEM: endpoint.authorityPEM)
    let addresses = try services.addresses(namespace: namespace, name: name, port: port)
    let client = try client(of: place) { client in
      client.address.map(addresses.contains) ?? false
    } make: {
      try Self.make(place, at: addresses.randomElement())
    }
    return (client, place)
  }

  private static func make(_ place: Place, at address: ServiceResolver.Address?) throws
    -> WebhookClient
  {
    try WebhookClient(
      serverName: place.service, at: address, authorityPEM: place.authorityPEM)
  }

  private func client(
    of place: Place, _ isGood: (WebhookClient) -> Bool, make: () throws -> WebhookClient
  ) throws -> WebhookClient {
    try kept.withLock { kept in
      kept.useCount += 1
      if let known = kept.clients[place]?.client, isGood(known) {
        kept.clients[place]?.lastUse = kept.useCount
        return known
      }
      let made = try make()
      if kept.clients.count >= Self.placesMax, kept.clients[place] == nil,
        let oldest = kept.clients.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
      {
        kept.clients[oldest] = nil
      }
      kept.clients[place] = (made, kept.useCount)
      return made
    }
  }

  private func forget(_ client: WebhookClient, of place: Place) {
    kept.withLock { kept in
      if kept.clients[place]?.client === client { kept.clients[place] = nil }
    }
  }
}
