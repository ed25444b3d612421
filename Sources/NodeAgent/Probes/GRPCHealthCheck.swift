package import NIOCore
import Networking

/// Asks a container how it is, over gRPC's own health protocol.
/// Source: grpc/grpc, "GRPC Health Checking Protocol".
package struct GRPCHealthCheck: Sendable {
  private let group: any EventLoopGroup

  package init(group: any EventLoopGroup) { self.group = group }

  package func check(
    host: String, port: Int, service: String, timeout: Duration
  ) async -> ProbeResult {
    let connection = GRPCConnection(to: .tcp(host: host, port: port), eventLoop: group.next())
    defer { connection.close() }
    do {
      let answer = try await connection.call(
        GRPCRequest(
          service: "grpc.health.v1.Health", method: "Check",
          message: HealthMessage.request(service), deadline: timeout))
      let status = HealthMessage.status(in: answer)
      return status == .serving
        ? .success : .failure("service unhealthy (responded with \"\(status.name)\")")
    } catch let error as GRPCError {
      switch error.code {
      case .deadlineExceeded, .unavailable:
        return .failure(
          "timeout: failed to connect service \"\(host):\(port)\" within \(timeout): "
            + error.message)
      case .unimplemented:
        return .failure(
          "this server does not implement the grpc health protocol (grpc.health.v1.Health): "
            + error.message)
      default: return .failure("health rpc probe failed: \(error.message)")
      }
    } catch {
      return .failure("health rpc probe failed: \(error)")
    }
  }
}

/// The protocol's two messages: a name, and a number.
enum HealthMessage {
  enum Status: UInt8 {
    case unknown, serving, notServing, serviceUnknown

    var name: String {
      switch self {
      case .unknown: "UNKNOWN"
      case .serving: "SERVING"
      case .notServing: "NOT_SERVING"
      case .serviceUnknown: "SERVICE_UNKNOWN"
      }
    }
  }

  /// Field 1, a string.
  static func request(_ service: String) -> [UInt8] {
    let name = Array(service.utf8)
    guard !name.isEmpty else { return [] }
    var length: [UInt8] = []
    var rest = name.count
    while rest >= 0x80 {
      length.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    length.append(UInt8(rest))
    return [0x0a] + length + name
  }

  /// Field 1, an enum; absent means zero.
  static func status(in message: [UInt8]) -> Status {
    guard message.count >= 2, message[0] == 0x08 else { return .unknown }
    return Status(rawValue: message[1]) ?? .unknown
  }
}
