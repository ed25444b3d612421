import Networking
import Resources
import Synchronization

/// The clients of all places that are called, each with its open connections.
package final class OutgoingClients: Sendable {
  /// Places whose connections are kept; beyond it, those of one that was not called lately are closed.
  private static let placesMax = 128

  let services: ServiceResolver
  private let kept = Mutex(Kept())

  private struct Kept {
    var clients: [OutgoingPlace: (client: OutgoingClient, lastUse: UInt64)] = [:]
    var useCount: UInt64 = 0
  }

  package init(services: ServiceResolver) { self.services = services }

  /// For a URL's own host.
  func client(of place: OutgoingPlace) throws -> OutgoingClient {
    try client(of: place, isGood: { _ in true }, make: { try OutgoingClient(place, at: nil) })
  }

  /// For a Service: one endpoint for as long as it serves and answers, then another.
  /// - Throws: `APIError` where nothing serves the port.
  func client(of place: OutgoingPlace, namespace: String, name: String) throws -> OutgoingClient {
    let addresses = try services.addresses(namespace: namespace, name: name, port: place.port)
    return try client(
      of: place, isGood: { $0.address.map(addresses.contains) ?? false },
      make: { try OutgoingClient(place, at: addresses.randomElement()) })
  }

  /// For one connection of its own to a Service, which leaves HTTP.
  /// - Throws: `APIError` where nothing serves the port, and where the PEM of `place` does not parse.
  func endpoint(
    of place: OutgoingPlace, namespace: String, name: String
  ) throws -> StreamingEndpoint {
    let addresses = try services.addresses(namespace: namespace, name: name, port: place.port)
    guard let address = addresses.randomElement() else {
      throw APIError.serviceUnavailable
    }
    return StreamingEndpoint(
      host: address.host, port: address.port,
      tls: try StreamingTLS(try place.tlsConfiguration(), serverName: place.serverName))
  }

  private func client(
    of place: OutgoingPlace, isGood: (OutgoingClient) -> Bool, make: () throws -> OutgoingClient
  ) throws -> OutgoingClient {
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

  /// An endpoint did not answer: another may do better.
  func forget(_ client: OutgoingClient, of place: OutgoingPlace) {
    guard client.address != nil else { return }
    kept.withLock { kept in
      if kept.clients[place]?.client === client { kept.clients[place] = nil }
    }
  }
}
