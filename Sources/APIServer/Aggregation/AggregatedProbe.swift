import AsyncHTTPClient
import Foundations
import NIOCore
import NIOHTTP1
import Resources
import Security

/// Asks an aggregated server what it serves: whether it answers at all, and for discovery.
struct AggregatedProbe: Sendable {
  private static let timeMax = TimeAmount.seconds(5)
  /// A list of resources, or an index of OpenAPI documents.
  private static let answerByteCountMax = 1 << 20
  /// A whole OpenAPI v2 document: several times that of all the built-in resources.
  private static let openAPIByteCountMax = 8 << 20

  let clients: OutgoingClients
  let identity: Renewable<TLSIdentity>?

  struct Problem: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  /// The `APIResourceList` of a group and version.
  func resources(of service: AggregatedService) async throws(Problem) -> Document {
    let url = service.url(service.path)
    let answer = try await get(service.path, service)
    guard (200..<300).contains(answer.status) else {
      throw Problem(
        description: "failing or missing response from \(url): bad status from \(url): "
          + "\(answer.status)")
    }
    // Upstream asks for no more than a good status: what is no list adds nothing to discovery.
    return answer.object ?? .emptyObject
  }

  /// Where its OpenAPI v3 document is, with its hash; `nil` where it publishes none.
  func openAPIURL(of service: AggregatedService) async throws(Problem) -> String? {
    let answer = try await get("/openapi/v3", service)
    guard answer.status == 200 else { return nil }
    let name = String(service.path.dropFirst())
    let url = answer.object?[path: "paths", name, "serverRelativeURL"]?.string
    return url.flatMap { $0.hasPrefix("/openapi/v3/\(name)") ? $0 : nil }
  }

  /// What it publishes of its group and version in OpenAPI v2; `nil` where nothing, or more than
  /// this server keeps: whether a server is available does not hang on its documentation.
  func openAPI2(of service: AggregatedService) async -> AggregatedOpenAPI? {
    do throws(Problem) {
      let answer = try await get("/openapi/v2", service, upTo: Self.openAPIByteCountMax)
      guard answer.status == 200 else { return nil }
      return answer.object.flatMap { AggregatedOpenAPI($0, of: service.path) }
    } catch {
      return nil
    }
  }

  private func get(
    _ target: String, _ service: AggregatedService, upTo byteCountMax: Int = answerByteCountMax
  ) async throws(Problem) -> (status: Int, object: Document?) {
    let url = service.url(target)
    do {
      let place = service.place(
        identity: identity.map { OutgoingPlace.Identity($0.current) })
      let client = try clients.client(
        of: place, namespace: service.namespace, name: service.service)
      var request = HTTPClientRequest(url: client.called(url))
      request.headers = [
        "accept": "application/json", "host": OutgoingClient.authority(of: url),
        "x-remote-user": "system:kube-aggregator", "x-remote-group": "system:masters",
      ]
      do {
        let answer = try await client.http.execute(request, deadline: .now() + Self.timeMax)
        let body = try await answer.body.collect(upTo: byteCountMax)
        // A page that is no JSON is a page without resources.
        let object = try? Document(json: Array(body.readableBytesView))
        return (Int(answer.status.code), object)
      } catch {
        clients.forget(client, of: place)
        throw error
      }
    } catch {
      throw Problem(
        description: "failing or missing response from \(url): Get \"\(url)\": \(error)")
    }
  }
}
