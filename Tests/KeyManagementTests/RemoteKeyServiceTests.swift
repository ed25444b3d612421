import Foundation
import Foundations
import MartletTesting
import NIOPosix
import Networking
import Synchronization
import Testing

@testable import KeyManagement

@Suite("A KMS plugin at its socket", .timeLimit(.minutes(2)))
struct RemoteKeyServiceTests {
  private static func withSocket(_ body: (String) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("kms-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    do {
      try await body(directory.appendingPathComponent("s").path)
    } catch {
      try FileManager.default.removeItem(at: directory)
      throw error
    }
    try FileManager.default.removeItem(at: directory)
  }

  private static func service(_ path: String, timeout: Duration = .seconds(10)) -> RemoteKeyService
  {
    RemoteKeyService(
      socketPath: path, timeout: timeout,
      eventLoop: MultiThreadedEventLoopGroup.singleton.next())
  }

  @Test("calls and answers are those of the protocol")
  func calls() async throws {
    try await Self.withSocket { path in
      let asked = Mutex<[(String, [UInt8])]>([])
      let server = try await FakeGRPCServer.start(at: .unixSocket(path: path)) { call, message in
        asked.withLock { $0.append((call, message)) }
        var answer = WireMessage()
        switch call {
        case "/v2.KeyManagementService/Status":
          answer.add(1, "v2")
          answer.add(2, "ok")
          answer.add(3, "key-1")
        case "/v2.KeyManagementService/Encrypt":
          answer.add(1, [4, 5] as [UInt8])
          answer.add(2, "key-1")
          answer.add(3, annotations: ["a.example.com": [6]])
        case "/v2.KeyManagementService/Decrypt": answer.add(1, [7] as [UInt8])
        default: return .failure(GRPCError(code: .unimplemented, message: call))
        }
        return .message(answer.bytes)
      }
      let service = Self.service(path)
      #expect(
        try await service.status() == KeyServiceStatus(version: "v2", health: "ok", keyID: "key-1"))
      let seed = try await service.encrypt([1, 2, 3])
      #expect(
        seed
          == EncryptedSeed(ciphertext: [4, 5], keyID: "key-1", annotations: ["a.example.com": [6]]))
      #expect(try await service.decrypt(seed) == [7])
      let encrypt = try WireFields(asked.withLock { $0[1].1 })
      #expect(encrypt.bytes(1) == [1, 2, 3] && encrypt.bytes(2).count == 36)
      let decrypt = try WireFields(asked.withLock { $0[2].1 })
      #expect(decrypt.bytes(1) == [4, 5] && decrypt.text(3) == "key-1")
      #expect(try decrypt.annotations(4) == ["a.example.com": [6]])
      #expect(decrypt.bytes(2) != encrypt.bytes(2))
      try await server.stop()
    }
  }

  @Test("a plugin that is not there, hangs, refuses, dies or comes back is found out")
  func faults() async throws {
    try await Self.withSocket { path in
      let service = Self.service(path, timeout: .milliseconds(300))
      await #expect(throws: KeyServiceError.self) { try await service.status() }

      var server = try await FakeGRPCServer.start(at: .unixSocket(path: path)) { call, _ in
        call.hasSuffix("Decrypt")
          ? .failure(GRPCError(code: .unknown, message: "no such key")) : .silence
      }
      await #expect {
        try await service.status()
      } throws: {
        "\($0)".contains("no answer in") && ($0 as? KeyServiceError)?.status == "DeadlineExceeded"
      }
      await #expect(throws: KeyServiceError("Decrypt: no such key (gRPC code 2)")) {
        try await service.decrypt(EncryptedSeed(ciphertext: [1], keyID: "k"))
      }
      try await server.stop()
      await #expect(throws: KeyServiceError.self) { try await service.status() }

      server = try await FakeGRPCServer.start(at: .unixSocket(path: path)) { _, _ in .message([]) }
      // A call may still meet the connection that broke; those after it do not.
      var answer: KeyServiceStatus?
      for _ in 0..<100 where answer == nil {
        do throws(KeyServiceError) {
          answer = try await service.status()
        } catch {
          try await Task.sleep(for: .milliseconds(10))
        }
      }
      #expect(answer == KeyServiceStatus(version: "", health: "", keyID: ""))
      try await server.stop()
    }
  }

  @Test("an answer that is no message is told, without its bytes")
  func garbage() async throws {
    try await Self.withSocket { path in
      let server = try await FakeGRPCServer.start(at: .unixSocket(path: path)) { _, _ in
        .message([0xFF, 0xFF])
      }
      await #expect(throws: KeyServiceError("Encrypt: the answer cannot be read")) {
        try await Self.service(path).encrypt([1])
      }
      try await server.stop()
    }
  }
}
