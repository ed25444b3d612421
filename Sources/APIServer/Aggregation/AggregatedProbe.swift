import AsyncHTTPClient
import Foundations
import NIOCore
import NIOHTTP1
import Resources
import Security

/// Asks an aggregated server what it serves: whether it answers at all, and for discovery.
struct AggregatedProbe: Sendable {
  /// A list of resources, or an index of OpenAPI documents.
  private static let answerByteCountMax = 1 << 20
  /// A whole OpenAPI v2 document: about that of all the built-in resources.
  private static let openAPIByteCountMax = 4 << 20

  /// What is wrong with an answer of 101.
  static let switched = "the backend switched protocols, which nobody asked for"

  let clients: OutgoingClients
  let identity: Renewable<TLSIdentity>?
  /// For one answer, its last byte included.
  let timeMax: Duration

  struct Problem: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  /// What it serves of its group and version.
  func resources(of service: AggregatedService) async throws(Problem) -> DiscoveredResources {
    let url = service.url(service.path)
    let answer = try await get(service.path, service)
    guard (200..<300).contains(answer.status) else {
      throw Problem(
        description: "failing or missing response from \(url): bad status from \(url): "
          + "\(answer.status)")
    }
    do {
      return try DiscoveredResources(answer.object, of: service)
    } catch {
      throw Problem(description: "bad response from \(url): \(error)")
    }
  }

  /// Where its OpenAPI v3 document is, with its hash; `nil` where it publishes none: whether a server
  /// is available does not hang on its documentation.
  func openAPIURL(of service: AggregatedService) async -> String? {
    guard let index = await document("/openapi/v3", service, upTo: Self.answerByteCountMax) else {
      return nil
    }
    let name = String(service.path.dropFirst())
    guard let url = index[path: "paths", name, "serverRelativeURL"]?.string else { return nil }
    return url.count < Self.urlLengthMax && url.prefix { $0 != "?" } == "/openapi/v3/\(name)"
      ? url : nil
  }

  /// Of the index's URLs: a path and a hash.
  private static let urlLengthMax = 2_048

  /// What it publishes of its group and version in OpenAPI v2; `nil` where nothing, or more than
  /// this server keeps.
  func openAPI2(of service: AggregatedService) async -> AggregatedOpenAPI? {
    await document("/openapi/v2", service, upTo: Self.openAPIByteCountMax).flatMap {
      AggregatedOpenAPI($0, of: service.path)
    }
  }

  /// `nil` where there is none.
  private func document(
    _ target: String, _ service: AggregatedService, upTo byteCountMax: Int
  ) async -> Document? {
    do throws(Problem) {
      let answer = try await get(target, service, upTo: byteCountMax)
      return answer.status == 200 ? answer.object : nil
    } catch {
      return nil
    }
  }

  private func get(
    _ target: String, _ service: AggregatedService, upTo byteCountMax: Int = answerByteCountMax
  ) async throws(Problem) -> (status: Int, object: Document?) {
    let url = service.url(target)
    do {
      var place = service.place(
        identity: identity.map { OutgoingPlace.Identity($0.current) })
      place.isForChecks = true
      let client = try clients.client(
        of: place, namespace: service.namespace, name: service.service)
      var request = HTTPClientRequest(url: client.called(url))
      request.headers = [
        "accept": "application/json", "host": OutgoingClient.authority(of: url),
        "x-remote-user": "system:kube-aggregator", "x-remote-group": "system:masters",
      ]
      do {
        let answer = try await whole(client.http, request, upTo: byteCountMax)
        // A page that is no JSON is a page without resources.
        return (answer.status, try? Document(json: answer.body))
      } catch {
        clients.forget(client, of: place)
        throw error
      }
    } catch {
      throw Problem(
        description: "failing or missing response from \(url): Get \"\(url)\": \(error)")
    }
  }

  private func whole(
    _ client: HTTPClient, _ request: HTTPClientRequest, upTo byteCountMax: Int
  ) async throws -> (status: Int, body: [UInt8]) {
    try await withThrowingTaskGroup(of: (status: Int, body: [UInt8]).self) { group in
      group.addTask {
        // Its own deadline ends with the head of the answer, and here behind that for all of it.
        let answer = try await client.execute(request, deadline: .now() + TimeAmount(timeMax * 2))
        // What follows is no HTTP any more, and has no end: the connection goes with the answer.
        guard answer.status.code >= 200 else { throw Problem(description: Self.switched) }
        do {
          let body = try await answer.body.collect(upTo: byteCountMax)
          return (Int(answer.status.code), Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
          throw Problem(description: "its answer is longer than \(byteCountMax) bytes")
        }
      }
      group.addTask {
        try await Task.sleep(for: timeMax)
        throw Problem(description: "no whole answer within \(timeMax)")
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { preconditionFailure("two tasks were added") }
      return first
    }
  }
}
