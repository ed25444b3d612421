import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Security

/// Reads one document over HTTPS, perhaps as the answer to another: with a deadline for everything, a
/// greatest length, and no redirects.
struct DocumentFetch: Sendable {
  let clients: OutgoingClients
  let place: OutgoingPlace
  let timeout: Duration
  let byteCountMax: Int

  struct Problem: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  /// - Throws: `Problem`, or `CancellationError`.
  func get(_ url: String) async throws -> [UInt8] { try await send(.GET, url) }

  /// - Parameters:
  ///   - body: JSON.
  ///   - token: shown as a bearer token; `nil` shows none.
  /// - Throws: `Problem`, or `CancellationError`.
  func post(_ body: [UInt8], to url: String, token: Redacted<[UInt8]>?) async throws -> [UInt8] {
    try await send(.POST, url, body: body, token: token)
  }

  private func send(
    _ method: HTTPMethod, _ url: String, body: [UInt8]? = nil, token: Redacted<[UInt8]>? = nil
  ) async throws -> [UInt8] {
    let name = method == .GET ? "Get" : "Post"
    do {
      return try await withThrowingTaskGroup(of: [UInt8].self) { group in
        group.addTask { try await self.exchange(method, url, body, token) }
        // The client's own deadline ends with the head of the answer.
        group.addTask {
          try await Task.sleep(for: timeout)
          throw Problem(description: "\(name) \"\(url)\": no answer within \(timeout)")
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else {
          preconditionFailure("two tasks were added")
        }
        return first
      }
    } catch let problem as Problem {
      throw problem
    } catch let error as CancellationError {
      throw error
    } catch {
      throw Problem(description: "\(name) \"\(url)\": \(error)")
    }
  }

  private func exchange(
    _ method: HTTPMethod, _ url: String, _ body: [UInt8]?, _ token: Redacted<[UInt8]>?
  ) async throws -> [UInt8] {
    guard url.hasPrefix("https://") else {
      throw Problem(description: "\"\(url)\" is no https URL")
    }
    let client = try clients.client(of: place)
    var request = HTTPClientRequest(url: url)
    request.method = method
    request.headers = ["accept": "application/json", "user-agent": "kube-apiserver"]
    if let body {
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(body, length: .known(Int64(body.count)))
    }
    if let token {
      let text = String(decoding: token.exposed, as: UTF8.self)
      request.headers.add(name: "authorization", value: "Bearer \(text)")
    }
    let answer = try await client.http.execute(request, deadline: .now() + TimeAmount(timeout))
    guard (200..<300).contains(answer.status.code) else {
      throw Problem(description: "\(url): HTTP status \(answer.status.code)")
    }
    do {
      return Array(try await answer.body.collect(upTo: byteCountMax).readableBytesView)
    } catch is NIOTooManyBytesError {
      throw Problem(
        description: "\(url): its answer is longer than \(byteCountMax) bytes")
    }
  }
}
