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

@Suite(.timeLimit(.minutes(1))) struct TokenSecretTests {
  private func secret(_ annotations: Document, data: Document? = nil) -> Document {
    var secret: Document = [
      "metadata": ["name": "t", "namespace": "default", "annotations": annotations],
      "type": "kubernetes.io/service-account-token",
    ]
    secret["data"] = data
    return secret
  }

  private let account: Document = ["metadata": ["name": "robot", "uid": "u1"]]

  private func base64(_ text: String) -> Document {
    Document(Data(text.utf8).base64EncodedString())
  }

  @Test("a Secret gets what it lacks, and keeps the token it has")
  func completed() throws {
    let bare = secret(["kubernetes.io/service-account.name": "robot"])
    let full = try #require(
      TokenSecretPlan.completed(bare, account: account, rootCertificate: Array("CA".utf8)) { "T" })
    #expect(
      full["data"] == [
        "ca.crt": base64("CA"), "namespace": base64("default"), "token": base64("T"),
      ]
    )
    #expect(
      full[path: "metadata", "annotations", "kubernetes.io/service-account.uid"]?.string == "u1")
    #expect(
      TokenSecretPlan.completed(full, account: account, rootCertificate: Array("CA".utf8)) { "U" }
        == nil)
    let renewed = TokenSecretPlan.completed(
      full, account: account, rootCertificate: Array("CB".utf8)
    ) { "U" }
    #expect(renewed?[path: "data", "token"] == base64("T"))
    #expect(renewed?[path: "data", "ca.crt"] == base64("CB"))
  }

  @Test("a Secret belongs to one account, not to a later one of the same name")
  func fits() {
    #expect(TokenSecretPlan.fits(secret([:]), account: account))
    let uid = "kubernetes.io/service-account.uid"
    #expect(TokenSecretPlan.fits(secret([uid: "u1"]), account: account))
    #expect(!TokenSecretPlan.fits(secret([uid: "u2"]), account: account))
    #expect(TokenSecretPlan.account(of: ["type": "Opaque"]) == nil)
  }

  @Test("a Secret's token is its account's for as long as the Secret is there and holds it")
  func token() async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      let informers = InformerSet(client: client)
      let secrets = informers[.secrets]
      let controller = TokenSecretController(
        client: client, informers: informers, tokens: server.tokens,
        rootCertificate: Renewable(server.authority.certificatePEM))
      let loop = ControllerLoop(
        controller, waitingFor: [secrets, informers[.serviceAccounts]],
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        group.addTask { await loop.run() }
        group.addTask { try await self.use(server, secrets) }
        try await group.next()
        group.cancelAll()
        while let result = await group.nextResult() { _ = try result.get() }
      }
    }
  }

  private func use(_ server: TestAPIServer, _ secrets: Informer) async throws {
    let client = server.api.client
    let key = ObjectKey(namespace: "default", name: "t")
    var asked = secret(["kubernetes.io/service-account.name": "default"])
    asked["kind"] = "Secret"
    _ = try await client.create(.secrets, namespace: "default", asked)
    await secrets.waitUntil(key) { $0?[path: "data", "token"] != nil }
    let filled = try #require(secrets[key])
    let encoded = try #require(filled[path: "data", "token"]?.string)
    let token = String(decoding: try #require(Data(base64Encoded: encoded)), as: UTF8.self)
    func user() async throws -> String? {
      let answer = try await server.client(user: nil, token: token).post(
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        #"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#)
      return answer.object[path: "status", "userInfo", "username"]?.string
    }
    #expect(try await user() == "system:serviceaccount:default:default")

    // A token that was taken out of its Secret is replaced, and good no longer.
    var emptied = filled
    emptied.set(nil, at: ["data", "token"])
    _ = try await client.update(.secrets, namespace: "default", emptied)
    await secrets.waitUntil(key) {
      let now = $0?[path: "data", "token"]?.string
      return now != nil && now != encoded
    }
    #expect(try await user() == nil)

    _ = try await client.delete(
      .serviceAccounts, namespace: "default", name: "default", options: DeleteOptions())
    await secrets.waitUntil(key) { $0 == nil }
    #expect(secrets[key] == nil)
  }
}
