import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Resources
import Synchronization

/// The connections to one place that webhooks listen at, kept open between calls.
///
/// Whoever listens there may be slow, wrong or hostile: a call has a deadline, an answer a greatest
/// length, and calls under way a greatest number. Redirects are not followed.
final class WebhookClient: Sendable {
  /// Of calls under way, each of which holds its object: more are refused at once.
  static let callsMax = 256
  /// Source: the greatest request that the API takes; an answer holds a patch of an object at most.
  static let answerByteCountMax = 3 << 20
  /// How much of an answer that is an error is shown.
  private static let errorTextByteCountMax = 512

  private let http: HTTPClient
  private let callCount = Atomic(0)
  /// Whose place is taken by `address`; `nil` where the URL's own host is called.
  let address: ServiceResolver.Address?

  /// - Parameters:
  ///   - serverName: the host in the URLs that are called, where `address` stands for it.
  ///   - authorityPEM: empty trusts the CAs of the system.
  /// - Throws: where the PEM does not parse.
  init(serverName: String?, at address: ServiceResolver.Address?, authorityPEM: [UInt8]) throws {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if !authorityPEM.isEmpty {
      tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorityPEM))
    }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(10)), decompression: .disabled)
    // A call that finds nobody fails now: its deadline is for those who think.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    if let serverName, let address { configuration.dnsOverride[serverName] = address.host }
    self.address = address
    http = HTTPClient(
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
      configuration: configuration)
  }

  deinit {
    let http = http
    // Nobody waits for its idle connections to close; calls under way keep the client.
    Task { try? await http.shutdown() }
  }

  /// Posts JSON and reads the JSON object that is answered.
  /// - Parameters:
  ///   - url: as webhooks and errors know it.
  ///   - timeout: for everything, the last byte of the answer included.
  func post(_ body: [UInt8], to url: String, timeout: Duration) async throws -> Document {
    let url = "\(url)?timeout=\(timeout.components.seconds)s"
    guard callCount.add(1, ordering: .relaxed).newValue <= Self.callsMax else {
      callCount.subtract(1, ordering: .relaxed)
      throw WebhookCallError(url: url, cause: .tooManyCalls(max: Self.callsMax))
    }
    defer { callCount.subtract(1, ordering: .relaxed) }
    do {
      return try await withThrowingTaskGroup(of: Document.self) { group in
        group.addTask { try await self.exchange(body, url, timeout) }
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

  private func exchange(_ body: [UInt8], _ url: String, _ timeout: Duration) async throws
    -> Document
  {
    var request = HTTPClientRequest(url: called(url))
    request.method = .POST
    request.headers = [
      "content-type": "application/json", "accept": "application/json, */*",
      "user-agent": "kube-apiserver-admission", "host": Self.authority(of: url),
    ]
    request.body = .bytes(body, length: .known(Int64(body.count)))
    let answer = try await execute(request, deadline: .now() + TimeAmount(timeout))
    let status = Int(answer.status.code)
    if (300..<400).contains(status) {
      let place = answer.headers.first(name: "location") ?? ""
      throw WebhookCallError(url: url, cause: .redirected(to: String(place.prefix(256))))
    }
    let bytes: [UInt8]
    do {
      bytes = Array(
        try await answer.body.collect(upTo: Self.answerByteCountMax).readableBytesView)
    } catch is NIOTooManyBytesError {
      throw WebhookCallError(
        url: url, cause: .answerTooLarge(byteCountMax: Self.answerByteCountMax))
    }
    guard status == 200 else {
      let text = String(decoding: bytes.prefix(Self.errorTextByteCountMax), as: UTF8.self)
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
      return try await http.execute(request, deadline: deadline)
    } catch let error as HTTPClientError where error == .remoteConnectionClosed {
      return try await http.execute(request, deadline: deadline)
    }
  }

  /// The URL with the port that the endpoint listens at in place of the Service's.
  private func called(_ url: String) -> String {
    guard let address else { return url }
    let authority = Self.authority(of: url)
    let host = authority.prefix { $0 != ":" }
    let rest = url.dropFirst("https://".count + authority.count)
    return "https://\(host):\(address.port)\(rest)"
  }

  private static func authority(of url: String) -> String {
    String(url.dropFirst("https://".count).prefix { $0 != "/" && $0 != "?" })
  }
}
