import APIServer
import FoundationEssentials
import Foundations
import Logging
import MartletTesting
import Networking
import Resources
import Security
import Testing

@testable import Controllers

@Suite(.timeLimit(.minutes(1))) struct CertificateControllerTests {
  /// Runs the controller beside an API server.
  private func withController(
    _ body: @escaping @Sendable (TestAPIServer, Informer) async throws -> Void
  ) async throws {
    try await TestAPIServer.run { server in
      let informers = InformerSet(client: server.api.client)
      let requests = informers[.certificateSigningRequests]
      let controller = CertificateController(
        client: server.api.client, informers: informers, authority: Renewable(server.authority))
      let loop = ControllerLoop(
        controller, waitingFor: [requests],
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        group.addTask { await loop.run() }
        group.addTask { try await body(server, requests) }
        try await group.next()
        group.cancelAll()
        // The loops end without errors; the body's comes first or is the last.
        while let result = await group.nextResult() { _ = try result.get() }
      }
    }
  }

  private func create(
    _ server: TestAPIServer, _ name: String, _ sample: String, signer: String,
    usages: [String] = ["client auth"], seconds: Int = 3600
  ) async throws -> CertificateSigningRequest {
    var request = CertificateSigningRequest()
    request.metadata.name = name
    request.spec.request = SampleRequest.base64(sample)
    request.spec.signerName = signer
    request.spec.usages = usages
    request.spec.expirationSeconds = seconds
    return CertificateSigningRequest(
      try await server.api.client.create(
        .certificateSigningRequests, namespace: nil, request.document))
  }

  private func decide(
    _ server: TestAPIServer, _ request: CertificateSigningRequest, _ types: [String],
    through subresource: String = "approval"
  ) async throws {
    var decided = request
    decided.metadata.resourceVersion = nil
    decided.status.conditions = types.map {
      var condition = CertificateSigningRequestCondition()
      condition.type = $0
      condition.status = "True"
      return condition
    }
    _ = try await server.api.client.update(
      .certificateSigningRequests, namespace: nil, decided.document, subresource: subresource)
  }

  @Test("whoever holds an approved request's certificate is the user it names")
  func approved() async throws {
    try await withController { server, requests in
      let request = try await create(
        server, "jane", SampleRequest.jane, signer: CertificateSigners.client)
      #expect(request.spec.username == "system:apiserver")
      try await decide(server, request, ["Approved"])
      let key = ObjectKey(namespace: "", name: "jane")
      await requests.waitUntil(key) {
        $0.map { CertificateSigningRequest($0).status.certificate != nil } ?? false
      }
      let signed = CertificateSigningRequest(try #require(requests[key]))
      #expect(signed.status.conditions.first?.lastUpdateTime != nil)
      #expect(signed.status.conditions.first?.lastTransitionTime != nil)
      let text = try #require(signed.status.certificate)
      let left = Timestamp.now().distance(to: try IssuedCertificate(base64PEM: text).notValidAfter)
      #expect(left > .seconds(3500) && left <= .seconds(3600))
      let client = server.client(
        certificate: Array(try #require(Data(base64Encoded: text))),
        key: Array(SampleRequest.key.utf8))
      let answer = try await client.post(
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        #"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#)
      #expect(answer.status == 201)
      #expect(answer.object[path: "status", "userInfo", "username"]?.string == "jane")
      #expect(
        answer.object[path: "status", "userInfo", "groups"]?.elements.compactMap(\.string)
          == ["developers", "system:authenticated"])
    }
  }

  @Test("a node's request is approved and signed without anybody's doing")
  func node() async throws {
    try await withController { server, requests in
      _ = try await create(
        server, "node", SampleRequest.node, signer: CertificateSigners.nodeClient,
        usages: ["digital signature", "client auth"])
      let key = ObjectKey(namespace: "", name: "node")
      await requests.waitUntil(key) {
        $0.map { CertificateSigningRequest($0).status.certificate != nil } ?? false
      }
      let signed = CertificateSigningRequest(try #require(requests[key]))
      #expect(signed.status.conditions.map(\.reason) == ["AutoApproved"])
      #expect(signed.status.certificate != nil)
    }
  }

  @Test("requests that break a rule are refused, and so are changes that do")
  func refused() async throws {
    try await TestAPIServer.run { server in
      let signer = CertificateSigners.client
      var error = await #expect(throws: APIError.self) {
        try await create(server, "a", SampleRequest.jane, signer: signer, seconds: 599)
      }
      #expect(error?.details.causes.first?.field == "spec.expirationSeconds")
      error = await #expect(throws: APIError.self) {
        try await create(server, "a", SampleRequest.key, signer: signer)
      }
      #expect(error?.details.causes.first?.field == "spec.request")
      error = await #expect(throws: APIError.self) {
        try await create(server, "a", SampleRequest.jane, signer: signer, usages: ["fun"])
      }
      #expect(error?.details.causes.first?.field == "spec.usages[0]")
      error = await #expect(throws: APIError.self) {
        try await create(server, "a", SampleRequest.jane, signer: "kubernetes.io/legacy-unknown")
      }
      #expect(error?.details.causes.first?.field == "spec.signerName")
      error = await #expect(throws: APIError.self) {
        try await create(server, "a", SampleRequest.eve, signer: signer)
      }
      #expect(error?.code == 403)

      let request = try await create(server, "b", SampleRequest.jane, signer: signer)
      error = await #expect(throws: APIError.self) {
        try await decide(server, request, ["Approved"], through: "status")
      }
      #expect(error?.code == 422)
      error = await #expect(throws: APIError.self) {
        try await decide(server, request, ["Approved", "Denied"])
      }
      #expect(error?.code == 422)
      try await decide(server, request, ["Denied"])
      error = await #expect(throws: APIError.self) { try await decide(server, request, []) }
      #expect(error?.code == 422)
    }
  }
}
