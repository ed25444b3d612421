package import Foundations

/// A server that answers for the world outside.
package struct UpstreamServer: Hashable, Sendable, CustomStringConvertible {
  package var address: IPAddress
  package var port: Int

  package init(_ address: IPAddress, port: Int = 53) {
    self.address = address
    self.port = port
  }

  package var description: String {
    address.family == .v4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}

/// Why no server outside answered.
package enum UpstreamError: Error, Equatable, Sendable {
  /// Nobody said which servers to ask.
  case noServers
  /// More questions are under way than `Forwarder.Limits` allows.
  case busy
  case timeout
  /// The connection ended before the answer.
  case closed
}
