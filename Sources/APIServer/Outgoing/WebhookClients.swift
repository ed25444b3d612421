import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Resources

/// Calls webhooks of all sorts: of admission, and of conversion.
///
/// Whoever listens there may be slow, wrong or hostile: a call has a deadline, an answer a greatest
/// length, and calls under way a greatest number (`OutgoingClient.callsMax`).
package struct WebhookClients: Sendable {
  /// Source: the greatest request that the API takes; an answer holds a patch of an object at most.
  package static let answerByteCountMax = 3 << 20
  /// How much of an answer that is an error is shown.
  private static let errorTextByteCountMax = 512

  private let clients: OutgoingClients

  package init(_ clients: OutgoingClients) { self.clients = clients }

  /// Posts a question and reads the answer.
  /// - Parameters:
  ///   - timeout: for everything, the last byte of the answer included.
  ///   - answerByteCountMax: longer answers fail.
  ///   - trace: which the call is a part of.
  /// - Throws: `WebhookCallError`, `APIError` where a Service has nobody behind it, or
  ///   `CancellationError`.
  func post(
    _ question: Document, to endpoint: WebhookEndpoint, timeout: Duration,
    answerByteCountMax: Int = WebhookClients.answerByteCountMax, trace: RequestTrace? = nil
  ) async throws -> Document {
    var place = OutgoingPlace(authorityPEM: endpoint.authorityPEM)
    let client: OutgoingClient
    if case .service(let namespace, let name, let port, _) = endpoint.place {
      place.serverName = "\(name).\(namespace).svc"
      place.port = port
      client = try clients.client(of: place, namespace: namespace, name: name)
    } else {
      client = try clients.client(of: place)
    }
    let call = Call(
      client: client, url: "\(endpoint.url)?timeout=\(timeout.components.seconds)s",
      body: question.json, timeout: timeout, answerByteCountMax: answerByteCountMax,
      trace: trace)
    do {
      return try await call.answer()
    } catch let error as WebhookCallError {
      clients.forget(client, of: place)
      throw error
    }
  }

  private struct Call: Sendable {
    let client: OutgoingClient
    let url: String
    let body: [UInt8]
    let timeout: Duration
    let answerByteCountMax: Int
    let trace: RequestTrace?

    func answer() async throws -> Document {
      do {
        guard let answer = try await client.counted({ try await timed() }) else {
          throw WebhookCallError(url: url, cause: .tooManyCalls(max: OutgoingClient.callsMax))
        }
        return answer
      } catch let error as WebhookCallError {
        throw error
      } catch let error as CancellationError {
        throw error
      } catch let error as HTTPClientError where error == .deadlineExceeded {
        throw WebhookCallError(url: url, cause: .deadlineExceeded)
      } catch {
        throw WebhookCallError(url: url, cause: .unreachable("\(error)"))
      }
    }

    /// The client's own deadline ends with the head of the answer.
    private func timed() async throws -> Document {
      try await withThrowingTaskGroup(of: Document.self) { group in
        group.addTask { try await exchange() }
        group.addTask {
          try await Task.sleep(for: timeout)
          throw WebhookCallError(url: url, cause: .deadlineExceeded)
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else {
          preconditionFailure("two tasks were added")
        }
        return first
      }
    }

    private func exchange() async throws -> Document {
      var request = HTTPClientRequest(url: client.called(url))
      request.method = .POST
      request.headers = [
        "content-type": "application/json", "accept": "application/json, */*",
        "user-agent": "kube-apiserver-admission", "host": OutgoingClient.authority(of: url),
      ]
      trace?.inject(into: &request.headers)
      request.body = .bytes(body, length: .known(Int64(body.count)))
      let answer = try await execute(request, deadline: .now() + TimeAmount(timeout))
      let status = Int(answer.status.code)
      if (300..<400).contains(status) {
        let place = answer.headers.first(name: "location") ?? ""
        throw WebhookCallError(url: url, cause: .redirected(to: String(place.prefix(256))))
      }
      let bytes: [UInt8]
      do {
        bytes = Array(try await answer.body.collect(upTo: answerByteCountMax).readableBytesView)
      } catch is NIOTooManyBytesError {
        throw WebhookCallError(
          url: url, cause: .answerTooLarge(byteCountMax: answerByteCountMax))
      }
      guard status == 200 else {
        let text = String(decoding: bytes.prefix(errorTextByteCountMax), as: UTF8.self)
        throw WebhookCallError(url: url, cause: .status(status, text: text))
      }
      do throws(JSONError) {
        return try Document(json: bytes)
      } catch {
        throw WebhookCallError(url: url, cause: .unreadable(error.description))
      }
    }

    /// A connection that was kept may be closed just when it is taken again: one more is tried.
    private func execute(_ request: HTTPClientRequest, deadline: NIODeadline) async throws
      -> HTTPClientResponse
    {
      do {
        return try await client.http.execute(request, deadline: deadline)
      } catch let error as HTTPClientError where error == .remoteConnectionClosed {
        return try await client.http.execute(request, deadline: deadline)
      }
    }
  }
}
