import Foundations
package import NIOCore
import Networking

/// A KMS plugin at a socket of this machine.
/// Source: k8s.io/kms, `apis/v2/api.proto`: names of its calls, numbers of its fields.
package final class RemoteKeyService: KeyService {
  private let connection: GRPCConnection
  /// For each call.
  private let timeout: Duration

  /// - Parameter socketPath: absolute.
  package init(socketPath: String, timeout: Duration, eventLoop: any EventLoop) {
    connection = GRPCConnection(to: .unixSocket(path: socketPath), eventLoop: eventLoop)
    self.timeout = timeout
  }

  deinit { connection.close() }

  package func status() async throws(KeyServiceError) -> KeyServiceStatus {
    let fields = try await call("Status", WireMessage())
    return KeyServiceStatus(
      version: fields.text(1) ?? "", health: fields.text(2) ?? "", keyID: fields.text(3) ?? "")
  }

  package func encrypt(_ plaintext: [UInt8]) async throws(KeyServiceError) -> EncryptedSeed {
    var request = WireMessage()
    request.add(1, plaintext)
    request.add(2, UID.random().description)
    let fields = try await call("Encrypt", request)
    do throws(WireFields.Malformed) {
      return EncryptedSeed(
        ciphertext: fields.bytes(1), keyID: fields.text(2) ?? "",
        annotations: try fields.annotations(3))
    } catch {
      throw KeyServiceError("the answer to Encrypt has annotations that cannot be read")
    }
  }

  package func decrypt(_ seed: EncryptedSeed) async throws(KeyServiceError) -> [UInt8] {
    var request = WireMessage()
    request.add(1, seed.ciphertext)
    request.add(2, UID.random().description)
    request.add(3, seed.keyID)
    request.add(4, annotations: seed.annotations)
    return try await call("Decrypt", request).bytes(1)
  }

  private func call(_ method: String, _ message: WireMessage) async throws(KeyServiceError)
    -> WireFields
  {
    let answer: [UInt8]
    do {
      answer = try await connection.call(
        GRPCRequest(
          service: "v2.KeyManagementService", method: method, message: message.bytes,
          deadline: timeout))
    } catch let error as GRPCError {
      throw KeyServiceError(
        "\(method): \(error.message) (gRPC code \(error.code.rawValue))",
        code: error.code.rawValue)
    } catch {
      throw KeyServiceError("\(method): the server is stopping", code: 1)
    }
    do throws(WireFields.Malformed) {
      return try WireFields(answer)
    } catch {
      throw KeyServiceError("\(method): the answer cannot be read")
    }
  }
}
