import AsyncHTTPClient
import Foundations
import NIOCore
import NIOHTTP1
import Resources
import Security

/// Asks aggregated servers in this server's own name. Every answer has a limit in time and size: what an
/// aggregated server does harms nobody but its own users.
struct AggregatedCaller: Sendable {
  /// Of an answer, unless the call says otherwise.
  static let answerByteCountMax = 1 << 20

  /// What is wrong with an answer of 101.
  static let switched = "the backend switched protocols, which nobody asked for"

  let clients: OutgoingClients
  let identity: Renewable<TLSIdentity>?
  /// For one answer, its last byte included.
  let timeMax: Duration

  /// What came of a call, in words.
  struct Problem: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  struct Answer {
    let status: Int
    /// `nil` for what is no JSON.
    let object: Document?

    var isSuccess: Bool { (200..<300).contains(status) }
  }

  /// - Parameters:
  ///   - target: path and query.
  ///   - body: JSON, or `nil`.
  func call(
    _ target: String, _ method: HTTPMethod = .GET, of service: AggregatedService,
    body: Document? = nil, upTo byteCountMax: Int = answerByteCountMax
  ) async throws(Problem) -> Answer {
    let url = service.url(target)
    do {
      var place = service.place(
        identity: identity.map { OutgoingPlace.Identity($0.current) })
      place.isForChecks = true
      let client = try clients.client(
        of: place, namespace: service.namespace, name: service.service)
      var request = HTTPClientRequest(url: client.called(url))
      request.method = method
      request.headers = [
        "accept": "application/json", "host": OutgoingClient.authority(of: url),
        "x-remote-user": "system:kube-aggregator", "x-remote-group": "system:masters",
      ]
      if let body {
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(body.json)
      }
      do {
        let answer = try await whole(client.http, request, upTo: byteCountMax)
        // What is no JSON has no object: what that means is for the caller to say, beside the status.
        return Answer(status: answer.status, object: try? Document(json: answer.body))
      } catch {
        clients.forget(client, of: place)
        throw error
      }
    } catch {
      throw Problem(
        description: "failing or missing response from \(url): \(Self.verb(method)) \"\(url)\": "
          + "\(error)")
    }
  }

  /// As Go's client writes it in its errors: `Get`.
  private static func verb(_ method: HTTPMethod) -> String {
    method.rawValue.prefix(1) + method.rawValue.dropFirst().lowercased()
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
      // Cancelled when the answer was first.
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
